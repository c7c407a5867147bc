namespace Stele.Server.Doctor;

/// <summary>What one check found.</summary>
/// <param name="Check">The area that it belongs to, one word.</param>
/// <param name="Level">How bad it is.</param>
/// <param name="What">What was found.</param>
/// <param name="Advice">What to do; null where nothing need be done.</param>
public sealed record Finding(string Check, FindingLevel Level, string What, string? Advice);

/// <summary>How bad a finding is.</summary>
public enum FindingLevel
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>It works, and will not always.</summary>
    Warn,

    /// <summary>The node does not start so, or does not do its work.</summary>
    Fail,
}

/// <summary>Findings as they come in.</summary>
internal sealed class Findings
{
    private readonly List<Finding> _all = [];

    public IReadOnlyList<Finding> All => _all;

    public bool HasFailed => _all.Exists(finding => finding.Level == FindingLevel.Fail);

    public void Add(Findings more) => _all.AddRange(more._all);

    public void Ok(string check, string what) => _all.Add(new Finding(check, FindingLevel.Ok, what, null));

    public void Warn(string check, string what, string advice) => _all.Add(new Finding(check, FindingLevel.Warn, what, advice));

    public void Fail(string check, string what, string advice) => _all.Add(new Finding(check, FindingLevel.Fail, what, advice));

    public bool HasNone(string check) => _all.TrueForAll(finding => finding.Check != check || finding.Level == FindingLevel.Ok);
}
