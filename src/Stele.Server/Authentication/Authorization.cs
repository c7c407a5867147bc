using System.Globalization;
using Microsoft.AspNetCore.Http;
using Stele.Governance.Users;
using Stele.Server.Api;
using Stele.Server.Application;
using Stele.Server.Authentication.Tokens;
using Stele.Server.Hosting;

namespace Stele.Server.Authentication;

/// <summary>Decides, request by request, who calls and whether they may; what is not clear is refused.</summary>
/// <remarks>
/// The ledger is asked for each request, never a copy of what it said before: a user that was deleted has lost every
/// right with the next request, on open connections too.
/// </remarks>
internal static class Authorization
{
    /// <summary>The user who calls, when they may call the operation.</summary>
    /// <exception cref="RefusedException">They may not.</exception>
    public static LedgerUser Admit(HttpContext http, Operation operation, ConfidentialLedger ledger, TimeProvider time)
    {
        var user = Authenticate(http, ledger, time);
        foreach (var permission in operation.Permissions)
        {
            if (ledger.Allows(user, permission)) continue;
            var needed = permission.LeastRole;
            throw RefusedException.Forbidden(
                $"Not allowed to call {operation}: user {user.Id} has role {string.Join(", ", user.Roles)}, "
                + $"{needed} is needed, or a role with the action {permission}. "
                + $"An administrator can run: {UserAddLine(user.Id, needed)}");
        }

        return user;
    }

    /// <summary>The user who calls.</summary>
    /// <exception cref="RefusedException">It is none.</exception>
    public static LedgerUser Authenticate(HttpContext http, ConfidentialLedger ledger, TimeProvider time)
    {
        if (http.Features.Get<TokenCaller>() is { } token)
        {
            return ledger.User(token.User) ?? throw RefusedException.BadToken(
                $"The token's holder {token.User} is no user of this ledger. "
                + $"An administrator can run: {UserAddLine(token.User, Role.Reader)}");
        }
        var certificate = http.Features.Get<ConnectionFacts>()?.Certificate ?? throw RefusedException.Unauthenticated(
            "No client certificate was presented, and no token. Connect with the certificate and key of a user of this ledger, "
            + "or with a bearer token of an issuer that it trusts; "
            + "a new ledger's first user is administrator.pem in its data directory.");
        RefuseOutOfDate(certificate, time.GetUtcNow());
        return ledger.User(certificate.User) ?? throw RefusedException.Unauthenticated(
            $"The client certificate with fingerprint {certificate.User} belongs to no user of this ledger. "
            + $"An administrator can run: {UserAddLine(certificate.User, Role.Reader)}");
    }

    /// <summary>Refuses a certificate that does not count yet, or any more.</summary>
    /// <exception cref="RefusedException">It is such a one.</exception>
    public static void RefuseOutOfDate(ClientCertificate certificate, DateTimeOffset now)
    {
        if (now > certificate.NotAfter)
        {
            throw RefusedException.Unauthenticated(
                $"The client certificate with fingerprint {certificate.User} expired at {Text(certificate.NotAfter)}. "
                + "Make a new one; an administrator can add its fingerprint with: stele user add");
        }

        if (now < certificate.NotBefore)
        {
            throw RefusedException.Unauthenticated(
                $"The client certificate with fingerprint {certificate.User} is not valid before "
                + $"{Text(certificate.NotBefore)}; by this node's clock it is {Text(now)}.");
        }
    }

    // Safe to paste into a shell: what is more than letters, digits and colons stands in quotes, and has none itself.
    private static string UserAddLine(UserId user, Role role)
    {
        var id = user.Value.All(c => char.IsAsciiLetterOrDigit(c) || c is ':' or '-' or '_' or '.')
            ? user.Value
            : $"'{user.Value.Replace("'", "'\\''", StringComparison.Ordinal)}'";
        return $"stele user add {id} --role {role.ToString().ToLowerInvariant()}";
    }

    private static string Text(DateTimeOffset moment) =>
        moment.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
