using System.Text.Json;
using Stele.Governance.Proposals;
using Stele.Governance.Service;
using Stele.Scripting;

namespace Stele.Governance.Constitution;

/// <summary>Runs the constitution that the state has, and ballots.</summary>
internal sealed class ConstitutionRunner(GovernanceState state, IServiceActions service, TimeProvider time, CancellationToken cancel)
{
    private const string ScriptName = "constitution.js";
    private static readonly string[] Functions = ["validate", "resolve", "apply"];

    // A ballot says yes or no; there may be as many as members.
    private static readonly ScriptLimits BallotLimits = ScriptLimits.Governance with { Steps = 20_000_000, MemoryBytes = 16 << 20 };

    /// <summary>What is wrong with a script as a constitution; none when nothing is.</summary>
    public ScriptError? Check(string script) => Check(script, Budget());

    /// <summary>What is wrong with a ballot's script; none when nothing is.</summary>
    public ScriptError? CheckBallot(string ballot) =>
        Sandbox.Check(new Script("ballot.js", ballot), ["vote"], Reading(), BallotLimits, time, cancel);

    /// <summary>Why a proposal's text cannot be taken; none when it can.</summary>
    public string? Validate(string proposal)
    {
        if (Run(state, mayWrite: false, "validate", proposal) is not ScriptOutcome.Returned { Json: { } json } outcome)
            return "The constitution's validate failed.";
        using var answer = JsonDocument.Parse(outcome.Json);
        if (answer.RootElement.ValueKind != JsonValueKind.Object) return json == "true" ? null : "The constitution's validate said no.";
        if (answer.RootElement.TryGetProperty("valid", out var valid) && valid.ValueKind == JsonValueKind.True) return null;
        return answer.RootElement.TryGetProperty("description", out var why) ? why.ToString() : "The constitution's validate said no.";
    }

    /// <summary>What a ballot says of a proposal.</summary>
    public ScriptOutcome Vote(string ballot, string proposal, string proposerId) => Sandbox.Run(
        new Script("ballot.js", ballot), "vote", JsonSerializer.Serialize((string[])[proposal, proposerId]), Reading(),
        BallotLimits, time, cancel);

    /// <summary>What the constitution makes of the votes.</summary>
    public ScriptOutcome Resolve(string proposal, Proposal info, IEnumerable<KeyValuePair<string, bool>> votes)
    {
        var list = votes.Select(vote => new Dictionary<string, object> { ["member_id"] = vote.Key, ["vote"] = vote.Value });
        return Run(state, mayWrite: false, "resolve", proposal, info.ProposerId, list, info.Id);
    }

    /// <summary>Does what a proposal proposes, to a state that is thrown away when that fails.</summary>
    public ScriptOutcome Apply(GovernanceState changed, string proposal, string proposalId) =>
        Run(changed, mayWrite: true, "apply", proposal, proposalId);

    private ScriptError? Check(string script, StepBudget budget) =>
        Sandbox.Check(new Script(ScriptName, script), Functions, Reading(), budget)
        ?? Functions.Select(function => Try(script, function, budget)).FirstOrDefault(error => error is not null);

    // Under a constitution whose functions answer later, or not at all, no member could do anything any more.
    private ScriptError? Try(string script, string function, StepBudget budget)
    {
        const string proposal = """{"actions":[]}""";
        var arguments = function == "resolve" ? JsonSerializer.Serialize(new object[] { proposal, "", Array.Empty<object>(), "" })
            : JsonSerializer.Serialize(new[] { proposal, "" });
        return Sandbox.Run(new Script(ScriptName, script), function, arguments, Reading(), budget) switch
        {
            ScriptOutcome.Failed { Error: var error } when error == ScriptError.Unfinished(function) => error,
            ScriptOutcome.Returned { Json: null or [not ('{' or 't' or 'f'), ..] } when function == "validate" =>
                new ScriptError("'validate' says neither yes nor no of a proposal: it must return {valid, description}"),
            _ => null,
        };
    }

    private ScriptOutcome Run(GovernanceState on, bool mayWrite, string function, params object[] arguments)
    {
        var budget = Budget();
        return Sandbox.Run(
            new Script(ScriptName, ServiceTable.Constitution(state.Tables)), function, JsonSerializer.Serialize(arguments),
            new ConstitutionHost(on, mayWrite, service, script => Check(script, budget)), budget);
    }

    private StepBudget Budget() => new(ScriptLimits.Governance, time, cancel);

    private ConstitutionHost Reading() => new(state, mayWrite: false, service);
}
