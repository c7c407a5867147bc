namespace Stele.Receipts;

/// <summary>One step of a receipt's verification.</summary>
/// <param name="Name">What is checked.</param>
/// <param name="Passed">Whether it holds.</param>
/// <param name="Detail">What was found.</param>
public sealed record VerificationStep(string Name, bool Passed, string Detail);
