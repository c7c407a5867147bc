namespace Stele.Attestation;

/// <summary>What became of a piece of evidence: what it says, and every check that was made of it.</summary>
/// <param name="Claims">What it says; null when it could not be read.</param>
/// <param name="Checks">Every check that was made, in order.</param>
public sealed record Verdict(AttestationClaims? Claims, IReadOnlyList<Check> Checks)
{
    /// <summary>Whether the evidence is genuine and stands the policy: it could be read, and each check passed.</summary>
    public bool Accepted => Claims is not null && Checks.Count > 0 && Checks.All(check => check.Passed);

    /// <summary>The checks that failed.</summary>
    public IEnumerable<Check> Failed => Checks.Where(check => !check.Passed);

    /// <summary>Reads and judges; what cannot be read is refused as not well-formed.</summary>
    internal static Verdict Of(Func<Verdict> judge)
    {
        try
        {
            return judge();
        }
        catch (FormatException fault)
        {
            return NotWellFormed(fault.Message);
        }
    }

    /// <summary>The verdict on bytes that are no evidence at all.</summary>
    internal static Verdict NotWellFormed(string reason) => new(null, [new Check("well-formed", Passed: false, reason)]);
}
