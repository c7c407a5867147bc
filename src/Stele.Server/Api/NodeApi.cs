using Microsoft.AspNetCore.Http;
using Stele.Governance.Tokens;
using Stele.Server.Application;
using Stele.Server.Authentication.Tokens;
using Stele.Server.Endpoints;
using Stele.Server.Hosting;
using Stele.Server.Network;

namespace Stele.Server.Api;

/// <summary>
/// CCF's endpoints about the node itself, under <c>/node</c>: no version, no user. What is in them anyone may know, but for
/// the ledger's entries, which go to trusted nodes alone.
/// </summary>
internal sealed class NodeApi(ConfidentialLedger ledger, KeyRefresh keys)
{
    private const string JoinPath = "/node/join";

    private static readonly PathString Root = "/node";
    private static readonly PathTemplate NodeById = "/node/network/nodes/{nodeId}";
    private static readonly PathTemplate LedgerFileByName = "/node/ledger/files/{name}";
    private static readonly PathTemplate SnapshotByName = "/node/snapshot/{name}";

    private readonly NetworkEndpoints _network = new(ledger);
    private readonly QuoteEndpoints _quotes = new(ledger);
    private readonly JoinEndpoint _join = new(ledger);
    private readonly PeerEndpoints _peers = new(ledger);

    /// <summary>Whether a path is one of these.</summary>
    public static bool Has(PathString path) => path.StartsWithSegments(Root, StringComparison.Ordinal);

    /// <summary>Refuses to speak of nodes' certificates and secrets over older TLS than nodes use.</summary>
    /// <exception cref="RefusedException">The connection is of TLS 1.2.</exception>
    public static void RefuseOldTls(HttpContext http)
    {
        if (http.Request.Path.Value is not (JoinPath or OwnCertificate.Path)) return;
        if (http.Features.Get<ConnectionFacts>() is not { IsForNodes: false }) return;
        throw RefusedException.Forbidden("Nodes speak TLS 1.3 with one another, and this connection is of an older version.");
    }

    /// <summary>Answers a request.</summary>
    /// <exception cref="RefusedException">There is no such endpoint, or it is not for this caller.</exception>
    public async Task AnswerAsync(HttpContext http)
    {
        var path = http.Request.Path.Value!;
        var method = http.Request.Method;
        if (path == JoinPath && HttpMethods.IsPost(method))
        {
            http.Response.Write(await _join.AnswerAsync(http), ledger.Position);
            return;
        }
        if (path == OwnCertificate.Path && HttpMethods.IsPost(method))
        {
            RefuseStrangers(http);
            http.Response.Write(await _peers.RecordCertificateAsync(http), ledger.Position);
            return;
        }
        if (path == KeyRefresh.Path && HttpMethods.IsPost(method))
        {
            RefuseStrangers(http);
            await RefreshAsync(http);
            http.Response.Write(Answer.Nothing(), ledger.Position);
            return;
        }
        if (path == "/node/primary" && (HttpMethods.IsGet(method) || HttpMethods.IsHead(method)))
        {
            http.Response.Write(_network.Primary(http.Response), ledger.Position);
            return;
        }
        if (!HttpMethods.IsGet(method)) throw NoSuch();
        switch (path)
        {
            case "/node/ledger/end":
                RefuseStrangers(http);
                http.Response.Write(_peers.End(), ledger.Position);
                return;
            case "/node/ledger/files":
                RefuseStrangers(http);
                RefuseWhenStopped();
                http.Response.Write(_peers.LedgerFiles(http), ledger.Position);
                return;
            case var one when LedgerFileByName.Matches(one, out var name):
                RefuseStrangers(http);
                RefuseWhenStopped();
                await _peers.LedgerFileAsync(http, name);
                return;
            case "/node/ledger":
                RefuseStrangers(http);
                RefuseWhenStopped();
                await _peers.LedgerAsync(http);
                return;
            case "/node/snapshots":
                RefuseStrangers(http);
                RefuseWhenStopped();
                http.Response.Write(_peers.Snapshots(), ledger.Position);
                return;
            case var one when SnapshotByName.Matches(one, out var name):
                RefuseStrangers(http);
                RefuseWhenStopped();
                await _peers.SnapshotAsync(http, name);
                return;
            default:
                http.Response.Write(About(path), ledger.Position);
                return;
        }
    }

    private Answer About(string path) => path switch
    {
        "/node/state" => _network.State(),
        "/node/commit" => _network.Commit(),
        "/node/service/previous_identity" => _network.PreviousIdentity(),
        "/node/version" => NetworkEndpoints.Version(),
        "/node/network" => _network.Network(),
        "/node/network/nodes" => _network.Nodes(),
        "/node/network/nodes/self" => _network.Node(ledger.NodeId),
        "/node/network/nodes/primary" => _network.Node(_network.PrimaryId),
        "/node/quotes" => _quotes.All("quotes"),
        "/node/attestations" => _quotes.All("attestations"),
        "/node/quotes/self" or "/node/attestations/self" => _quotes.Self(),
        _ when NodeById.Matches(path, out var id) => _network.Node(id),
        _ => throw NoSuch(),
    };

    // Here, or a moment ago: either way the tables are as the issuer is.
    private async Task RefreshAsync(HttpContext http)
    {
        var query = QueryParameters.Parse(http.Request.QueryString.Value);
        if (query.TryGet(KeyRefresh.IssuerParameter, out var name) && TokenIssuer.Find(ledger.Tables, name) is { } issuer)
            await keys.TryRefreshAsync(issuer, http.RequestAborted);
    }

    private void RefuseStrangers(HttpContext http)
    {
        if (ledger.TrustedNodes.Include(http.Features.Get<ConnectionFacts>())) return;
        throw RefusedException.Forbidden(
            "This is for the network's own nodes: connect with the certificate of a trusted one, over TLS 1.3.");
    }

    // What it has may be another history than the network's.
    private void RefuseWhenStopped()
    {
        if (ledger.Stopped is { } reason)
            throw new RefusedException(new ApiError(
                StatusCodes.Status503ServiceUnavailable, ErrorCodes.LedgerUnavailable, $"This node gives nothing to others: {reason}"));
    }

    private static RefusedException NoSuch() => RefusedException.NotFound(
        ErrorCodes.ResourceNotFound, "There is no such endpoint of a node; GET /node/network and /node/state are some.");
}
