using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Stele.Explorer;
using Stele.Governance.Users;
using Stele.Server.Application;
using Stele.Server.Authentication;
using Stele.Server.Authentication.Tokens;
using Stele.Server.Hosting;

namespace Stele.Server.Api;

/// <summary>
/// The explorer's page under <c>/explorer/</c>, and the two small things it asks beside the API: how to sign in, and who one is.
/// </summary>
internal sealed class ExplorerApi(ExplorerOptions explorer, ConfidentialLedger ledger, LedgerHostOptions options, TimeProvider time)
{
    private readonly ExplorerSite _site = new(explorer);

    /// <summary>Whether a path is one of these.</summary>
    public static bool Has(PathString path) => ExplorerSite.Has(path);

    /// <summary>Answers a request.</summary>
    /// <exception cref="RefusedException">There is nothing at this path, or the caller is nobody.</exception>
    public async Task AnswerAsync(HttpContext http, BearerTokens tokens)
    {
        _site.Protect(http.Response);
        if (await ExplorerSite.TryServeAsync(http)) return;
        if (!HttpMethods.IsGet(http.Request.Method)) throw NoSuch();
        var answer = http.Request.Path.Value switch
        {
            "/explorer/config.json" => Configuration(),
            "/explorer/session.json" => await SessionAsync(http, tokens),
            _ => throw NoSuch(),
        };
        http.Response.Write(answer, ledger.Position);
    }

    private Answer Configuration() => Answer.Object(json =>
    {
        json.WriteString("ledgerId"u8, options.LedgerId);
        json.WriteString("nodeId"u8, ledger.NodeId);
        json.WriteString("platform"u8, ledger.OwnEvidence.Format);
        json.WriteBoolean("isVirtual"u8, ledger.OwnEvidence.IsVirtual);
        json.WriteString("apiVersion"u8, ApiVersion.V2026July.Name);
        if (explorer.Issuer is not { } issuer)
        {
            json.WriteNull("openId"u8);
            return;
        }
        json.WriteStartObject("openId"u8);
        // As it was given: the slash at the end counts.
        json.WriteString("issuer"u8, issuer.OriginalString);
        json.WriteString("clientId"u8, explorer.ClientId);
        json.WriteString("scope"u8, explorer.Scope);
        json.WriteString("resource"u8, explorer.Resource);
        json.WriteEndObject();
    });

    // Nobody is an ordinary answer, in the API's own words: they have the line that an administrator can run.
    private async Task<Answer> SessionAsync(HttpContext http, BearerTokens tokens)
    {
        try
        {
            if (!ledger.IsServing) throw LedgerApi.NotOpen();
            var byToken = BearerTokens.Has(http.Request);
            if (byToken) http.Features.Set(new TokenCaller(await tokens.CallerOfAsync(http)));
            var user = Authorization.Authenticate(http, ledger, time);
            return Answer.Object(json => WriteSession(json, user, byToken));
        }
        catch (RefusedException nobody)
        {
            return Answer.Object(json =>
            {
                json.WriteNull("userId"u8);
                json.WriteString("refusal"u8, nobody.Error.Message);
            });
        }
    }

    private void WriteSession(Utf8JsonWriter json, LedgerUser user, bool byToken)
    {
        json.WriteString("userId"u8, user.Id.Value);
        json.WriteString("by"u8, byToken ? "token"u8 : "certificate"u8);
        json.WriteStartArray("roles"u8);
        foreach (var role in user.Roles) json.WriteStringValue(role.Value);
        json.WriteEndArray();
        json.WriteStartArray("actions"u8);
        foreach (var permission in Permission.All)
            if (ledger.Allows(user, permission)) json.WriteStringValue(permission.Action);
        json.WriteEndArray();
    }

    private static RefusedException NoSuch() => RefusedException.NotFound(
        ErrorCodes.ResourceNotFound, "There is nothing at this path; the explorer is at /explorer/.");
}
