using Microsoft.AspNetCore.Http;
using Stele.Governance.Users;
using Stele.Server.Api;

namespace Stele.Server.Authentication.Tokens;

/// <summary>Who calls by a bearer token (RFC 6750).</summary>
/// <param name="verifier">Decides whether a token counts.</param>
/// <param name="refresh">Fetches keys that are not known.</param>
internal sealed class BearerTokens(TokenVerifier verifier, KeyRefresh refresh)
{
    private const string Scheme = "Bearer ";

    /// <summary>Whether a request has one, or something else that is to say who calls. It then decides, and no certificate does.</summary>
    public static bool Has(HttpRequest request) => request.Headers.Authorization.Count > 0;

    /// <summary>The user whose token a request has.</summary>
    /// <exception cref="RefusedException">It does not count.</exception>
    public async ValueTask<UserId> CallerOfAsync(HttpContext http)
    {
        var header = http.Request.Headers.Authorization;
        var text = header.Count == 1 ? header[0] ?? "" : "";
        if (!text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            throw RefusedException.BadToken("The header Authorization must be given once, as: Bearer TOKEN.");
        var token = text[Scheme.Length..].Trim(' ');
        var verdict = await verifier.VerifyAsync(token);
        if (verdict is TokenVerdict.UnknownKey unknown && await refresh.TryRefreshAsync(unknown.Issuer, http.RequestAborted))
            verdict = await verifier.VerifyAsync(token);
        return verdict switch
        {
            TokenVerdict.Genuine genuine => genuine.User,
            TokenVerdict.Refused refused => throw RefusedException.BadToken($"The token is refused: {refused.Why}."),
            _ => throw RefusedException.BadToken(
                "The token is refused: its issuer is known, its key (kid) is not. Where keys are fetched, it may be in a moment."),
        };
    }
}
