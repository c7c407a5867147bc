using Stele.Cli.Output;
using Stele.Governance.Audit;
using Stele.Ledger.Files;

namespace Stele.Cli.Audit;

/// <summary>Replays the governance of a ledger that verifies, and tells who decided what.</summary>
internal static class GovernanceAudit
{
    /// <summary>Replays it.</summary>
    /// <param name="directory">The directory of ledger files.</param>
    /// <param name="upTo">The last signed transaction.</param>
    /// <param name="terminal">Where it is told.</param>
    /// <param name="cancel">When nobody waits for it any more.</param>
    /// <returns>The exit code.</returns>
    public static int Run(string directory, TransactionId upTo, Terminal terminal, CancellationToken cancel)
    {
        var (requests, others, rights, faults) = (0L, 0L, 0L, 0L);
        try
        {
            foreach (var done in GovernanceAuditor.Replay(directory, upTo, TimeProvider.System, cancel))
            {
                if (done is GovernanceEvent.Decided) requests++;
                if (done is GovernanceEvent.WrittenByService { Tables.Count: > 0 } or GovernanceEvent.StateTold) others++;
                if (done is GovernanceEvent.WrittenByService own) rights += own.Rights.Count;
                if (done is GovernanceEvent.Unexplained) faults++;
                terminal.Result(GovernanceEventText.Of(done), json => GovernanceEventText.Write(json, done));
            }
        }
        catch (Exception damage) when (damage is LedgerCorruptException or FormatException)
        {
            throw new CommandFailedException($"NOT VERIFIED: the ledger has changed since: {damage.Message}", ExitCode.NotVerified);
        }
        var text = faults == 0
            ? $"governance verified: all is explained up to {upTo} (signed requests: {requests}, changes that need none: {others})"
            : $"GOVERNANCE NOT VERIFIED: {faults} transactions are not explained by what members signed";
        terminal.Result($"{text}; changes of users and roles without a request, told and not judged: {rights}", json =>
        {
            json.WriteStartObject();
            json.WriteBoolean("governanceVerified", faults == 0);
            json.WriteNumber("requests", requests);
            json.WriteNumber("byOthers", others);
            json.WriteNumber("rightsNotJudged", rights);
            json.WriteNumber("unexplained", faults);
            json.WriteEndObject();
        });
        return faults == 0 ? ExitCode.Ok : ExitCode.NotVerified;
    }
}
