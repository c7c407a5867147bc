namespace Stele.Attestation;

/// <summary>One question that was asked of evidence, and its answer.</summary>
/// <param name="Name">What was checked, such as <c>report-signature</c>; the names are listed in docs/attestation.md.</param>
/// <param name="Passed">Whether the evidence stands it.</param>
/// <param name="Reason">Why not; for a check that passed, what a reader may still want to know, else null.</param>
public sealed record Check(string Name, bool Passed, string? Reason = null);
