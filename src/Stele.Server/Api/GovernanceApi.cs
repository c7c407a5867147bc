using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using Stele.Cryptography.Cose;
using Stele.Governance;
using Stele.Governance.Requests;
using Stele.Replication;
using Stele.Replication.Sequencing;
using Stele.Server.Application;
using Stele.Server.Endpoints;
using Decision = Stele.Governance.Decision;

namespace Stele.Server.Api;

/// <summary>
/// CCF's endpoints of governance, under <c>/gov</c>. What is there to read anyone may read: it stands in clear in the ledger. What
/// changes anything is signed by a member, whoever sends it.
/// </summary>
internal sealed class GovernanceApi(ConfidentialLedger ledger)
{
    private const string CoseType = "application/cose";
    private const string VersionName = "api-version";
    private const string Withdraw = ":withdraw";
    private const string Submit = ":submit";
    private const string Update = ":update";
    private const string Acknowledge = ":ack";
    private const string Recover = ":recover";
    private static readonly PathString Root = "/gov";
    private static readonly string[] Versions = ["2023-06-01-preview", "2024-07-01"];

    private readonly ProposalEndpoints _proposals = new(ledger);
    private readonly ServiceEndpoints _service = new(ledger);
    private readonly RecoveryEndpoints _recovery = new(ledger);

    /// <summary>Whether a path is one of these.</summary>
    public static bool Has(PathString path) => path.StartsWithSegments(Root, StringComparison.Ordinal);

    /// <summary>Answers a request.</summary>
    /// <exception cref="RefusedException">There is no such endpoint, or the request is refused.</exception>
    public async Task AnswerAsync(HttpContext http)
    {
        RefuseVersion(QueryParameters.Parse(http.Request.QueryString.Value));
        string[] path = http.Request.Path.Value!.Split('/')[2..];
        var answer = HttpMethods.IsPost(http.Request.Method) ? await DoAsync(path, http)
            : HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method)
                ? await ShowAsync(path, http.RequestAborted)
            : throw NoSuchMethod(http.Request);
        http.Response.Write(answer, ledger.Position);
    }

    private async Task<Answer> ShowAsync(string[] path, CancellationToken gone) => path switch
    {
        ["members", "proposals", var id, "preview"] => await _proposals.PreviewAsync(id, gone),
        _ => Show(path),
    };

    private Answer Show(string[] path) => path switch
    {
        ["members", "proposals"] => _proposals.List(),
        ["members", "proposals", var id] => _proposals.One(id),
        ["members", "proposals", var id, "actions"] => _proposals.Actions(id),
        ["members", "proposals", var id, "ballots", var member] => _proposals.Ballot(id, member),
        ["members", "state-digests", var member] => _proposals.StateDigest(member),
        ["recovery", "encrypted-shares", var member] => _recovery.Share(member),
        ["service", "info"] => _service.Info(),
        ["service", "constitution"] => _service.Constitution(),
        ["service", "members"] => _service.Members(),
        ["service", "members", var id] => _service.Member(id),
        ["service", "users"] => _service.Users(),
        ["service", "users", var id] => _service.User(id),
        ["service", "nodes"] => _service.Nodes(),
        ["service", "nodes", var id] => _service.Node(id),
        ["service", "join-policy"] => _service.JoinPolicy(),
        ["service", "jwk"] => _service.TokenKeys(),
        _ => throw NoSuch(),
    };

    private async Task<Answer> DoAsync(string[] path, HttpContext http)
    {
        var decide = DeciderOf(path);
        var type = http.Request.ContentType;
        if (!MediaTypeHeaderValue.TryParse(type, out var media) || !media.MediaType.Equals(CoseType, StringComparison.OrdinalIgnoreCase))
        {
            throw new RefusedException(new ApiError(
                StatusCodes.Status415UnsupportedMediaType, ErrorCodes.UnsupportedContentType,
                "The body must be a signed request, a COSE_Sign1, with the Content-Type " + CoseType + "."));
        }
        // A constitution is longer than the entries that some ledgers take.
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false, MaxRequestBodySize: < CoseSign1.SizeMax } limit)
            limit.MaxRequestBodySize = CoseSign1.SizeMax;
        using var body = await RequestBody.ReadAsync(http);
        // It outlives the request's buffer: it goes to the ledger.
        var signed = body.Span.ToArray();
        var request = Read(signed);
        var outcome = await DecideAsync(decide, request, signed, http.RequestAborted);
        if (outcome.Result is Decision.Refused refused) throw Refusal(refused.Why);
        var granted = (Decision.Granted)outcome.Result;
        return granted switch
        {
            { Proposal: { } proposal } => ProposalEndpoints.Answered(proposal, outcome.Id),
            _ when request.Header.Type == RequestType.RecoveryShare => await _recovery.ContinueAsync(outcome.Id),
            _ when request.Header.Type == RequestType.Ack => Answer.Nothing(outcome.Id),
            _ => ProposalEndpoints.Answered(request.Header.MemberId, granted.StateDigest!, outcome.Id),
        };
    }

    private async Task<Outcome<Decision>> DecideAsync(
        Func<Deliberation, SignedRequest, Decision> decide, SignedRequest request, byte[] signed, CancellationToken gone)
    {
        try
        {
            return await ledger.Governance.DecideAsync(request, deliberation => decide(deliberation, request), gone);
        }
        catch (EntryTooLargeException tooLarge)
        {
            throw new RefusedException(new ApiError(
                StatusCodes.Status413PayloadTooLarge, ErrorCodes.RequestBodyTooLarge, tooLarge.Message));
        }
        finally
        {
            // It has the share in clear, and is not kept.
            if (request.Header.Type == RequestType.RecoveryShare) CryptographicOperations.ZeroMemory(signed);
        }
    }

    private Func<Deliberation, SignedRequest, Decision> DeciderOf(string[] path) => path switch
    {
        ["members", "proposals:create"] => (deliberation, request) => deliberation.Propose(request, ledger.Governance.Now),
        ["members", "proposals", var id] when Ends(id, Withdraw, out var proposal) =>
            (deliberation, request) => deliberation.Withdraw(request, proposal),
        ["members", "proposals", var id, "ballots", var name] when Ends(name, Submit, out var member) =>
            (deliberation, request) => deliberation.Vote(request, id, member, isTaken: true),
        ["members", "state-digests", var name] when Ends(name, Update, out var member) =>
            (deliberation, request) => deliberation.UpdateStateDigest(request, member, ledger.Governance.Now),
        ["members", "state-digests", var name] when Ends(name, Acknowledge, out var member) =>
            (deliberation, request) => deliberation.Acknowledge(request, member, isTaken: true),
        ["recovery", "members", var name] when Ends(name, Recover, out var member) =>
            (deliberation, request) => deliberation.SubmitShare(request, member, ledger.Recovery.OwnSecret),
        _ => throw NoSuch(),
    };

    private static bool Ends(string text, string suffix, out string before)
    {
        var ends = text.EndsWith(suffix, StringComparison.Ordinal);
        before = ends ? text[..^suffix.Length] : "";
        return ends;
    }

    private static SignedRequest Read(byte[] body)
    {
        try
        {
            return SignedRequest.Read(body);
        }
        catch (FormatException fault)
        {
            throw RefusedException.Unauthenticated($"The body is no request that a member signed: {fault.Message}");
        }
    }

    private static RefusedException Refusal(GovernanceRefusal why) => new(new ApiError(
        why.Code switch
        {
            RefusalCode.InvalidAuthenticationInfo => StatusCodes.Status401Unauthorized,
            RefusalCode.AuthorizationFailed or RefusalCode.ServiceNotWaitingForRecoveryShares
                or RefusalCode.NodeAlreadyRecovering => StatusCodes.Status403Forbidden,
            RefusalCode.ProposalNotFound => StatusCodes.Status404NotFound,
            _ => StatusCodes.Status400BadRequest,
        },
        why.Code.ToString(), why.Message));

    private static void RefuseVersion(QueryParameters query)
    {
        var known = string.Join(", ", Versions);
        if (!query.TryGet(VersionName, out var version))
        {
            throw RefusedException.Input(
                $"The query parameter {VersionName} is missing; add one of {known}.", ErrorCodes.MissingApiVersionParameter);
        }
        if (!Versions.Contains(version))
        {
            throw RefusedException.Input(
                $"This {VersionName} is not supported here; the supported ones are {known}.", ErrorCodes.UnsupportedApiVersionValue);
        }
    }

    private static RefusedException NoSuchMethod(HttpRequest request) => new(new ApiError(
        StatusCodes.Status405MethodNotAllowed, ErrorCodes.UnsupportedHttpVerb,
        $"Governance is read by GET and changed by POST; {request.Path} does not have this method.")
    {
        Allow = "GET, HEAD, POST",
    });

    private static RefusedException NoSuch() => RefusedException.NotFound(
        ErrorCodes.ResourceNotFound, "There is no such endpoint of governance; GET /gov/members/proposals and /gov/service/info are some.");
}
