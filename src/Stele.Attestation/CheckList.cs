namespace Stele.Attestation;

/// <summary>
/// Gathers the checks of one piece of evidence. All are made, the first failure ends nothing: who looks for a fault wants
/// to see every one.
/// </summary>
internal sealed class CheckList
{
    private readonly List<Check> _checks = [];

    public IReadOnlyList<Check> All => _checks;

    /// <summary>Adds a check; the reason is told only if it failed. Returns whether it passed.</summary>
    public bool Add(string name, bool passed, string reason)
    {
        _checks.Add(new Check(name, passed, passed ? null : reason));
        return passed;
    }

    /// <summary>Adds a check that could not be made, which is not refused but must be seen.</summary>
    public void NotMade(string name, string note) => _checks.Add(new Check(name, Passed: true, note));

    /// <summary>Adds all checks of a part, each under the part's name.</summary>
    public void Include(IEnumerable<Check> checks, string prefix = "") =>
        _checks.AddRange(checks.Select(check => check with { Name = prefix + check.Name }));
}
