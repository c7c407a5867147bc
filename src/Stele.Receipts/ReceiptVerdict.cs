namespace Stele.Receipts;

/// <summary>What the verification of a receipt found, step by step; it ends with the first step that fails.</summary>
/// <param name="Steps">The steps, in order.</param>
public sealed record ReceiptVerdict(IReadOnlyList<VerificationStep> Steps)
{
    /// <summary>Whether every step passed.</summary>
    public bool IsVerified => Failure is null;

    /// <summary>The step that failed; null where none did.</summary>
    public VerificationStep? Failure => Steps.FirstOrDefault(step => !step.Passed);

    /// <inheritdoc/>
    public override string ToString() =>
        Failure is { } failure ? $"not verified: {failure.Name}: {failure.Detail}" : "verified";
}
