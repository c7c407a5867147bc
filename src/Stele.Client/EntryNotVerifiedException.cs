using Stele.Receipts;

namespace Stele.Client;

/// <summary>A receipt does not prove the entry. Whoever gave it is mistaken, or lies.</summary>
public sealed class EntryNotVerifiedException : Exception
{
    /// <summary>Says which step failed.</summary>
    /// <param name="verdict">The steps, the last of which failed.</param>
    public EntryNotVerifiedException(ReceiptVerdict verdict) : base($"The entry is {verdict}.") => Verdict = verdict;

    /// <summary>Every step that was made.</summary>
    public ReceiptVerdict Verdict { get; }

    /// <summary>The step that failed.</summary>
    /// <exception cref="InvalidOperationException">None did.</exception>
    public VerificationStep FailedStep => Verdict.Failure ?? throw new InvalidOperationException("No step failed.");
}
