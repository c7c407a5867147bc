using Stele.Cli.Connection;
using Stele.Governance.Requests;

namespace Stele.Cli.Members;

/// <summary>CCF's endpoints of governance, as their clients see them.</summary>
internal static class RequestPath
{
    private const string Version = "?api-version=2024-07-01";

    /// <summary>An address below <c>/gov</c>.</summary>
    public static string Of(string path) => $"/gov/{path}{Version}";

    /// <summary>Where a signed request goes: its own header says it.</summary>
    public static string Of(RequestHeader header)
    {
        var (member, proposal) = (Uri.EscapeDataString(header.MemberId), Uri.EscapeDataString(header.ProposalId ?? ""));
        return Of(header.Type switch
        {
            RequestType.Proposal => "members/proposals:create",
            RequestType.Ballot => $"members/proposals/{proposal}/ballots/{member}:submit",
            RequestType.Withdrawal => $"members/proposals/{proposal}:withdraw",
            RequestType.StateDigest => $"members/state-digests/{member}:update",
            RequestType.Ack => $"members/state-digests/{member}:ack",
            RequestType.RecoveryShare => $"recovery/members/{member}:recover",
            _ => throw new CommandFailedException($"A request of type {header.Type} is not sent to a ledger.", ExitCode.Usage),
        });
    }

    /// <summary>Sends a signed request to where it goes.</summary>
    public static Task<LedgerAnswer> SendAsync(LedgerConnection connection, SignedRequest request, CancellationToken cancel) =>
        connection.SendAsync(HttpMethod.Post, Of(request.Header), request.Bytes.ToArray(), cancel, "application/cose");
}
