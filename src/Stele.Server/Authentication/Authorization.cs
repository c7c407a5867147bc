using System.Globalization;
using Microsoft.AspNetCore.Http;
using Stele.Governance.Users;
using Stele.Server.Api;
using Stele.Server.Application;
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
        if (!ledger.Allows(user, operation.Permission))
        {
            var needed = operation.Permission.LeastRole;
            throw RefusedException.Forbidden(
                $"Not allowed to call {operation}: user {user.Id} has role {string.Join(", ", user.Roles)}, "
                + $"{needed} is needed, or a role with the action {operation.Permission}. "
                + $"An administrator can run: {UserAddLine(user.Id, needed)}");
        }

        return user;
    }

    private static LedgerUser Authenticate(HttpContext http, ConfidentialLedger ledger, TimeProvider time)
    {
        var certificate = http.Features.Get<ConnectionFacts>()?.Certificate ?? throw RefusedException.Unauthenticated(
            http.Request.Headers.Authorization.Count > 0
                ? "Bearer tokens come with a later release of the ledger. Connect with a user's client certificate."
                : "No client certificate was presented. Connect with the certificate and key of a user of this ledger; "
                    + "a new ledger's first one is administrator.pem in its data directory.");
        RefuseOutOfDate(certificate, time.GetUtcNow());
        return ledger.User(certificate.User) ?? throw RefusedException.Unauthenticated(
            $"The client certificate with fingerprint {certificate.User} belongs to no user of this ledger. "
            + $"An administrator can run: {UserAddLine(certificate.User, Role.Reader)}");
    }

    private static void RefuseOutOfDate(ClientCertificate certificate, DateTimeOffset now)
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

    // The id is a fingerprint, hexadecimal digits and colons: safe to paste into a shell.
    private static string UserAddLine(UserId user, Role role) =>
        $"stele user add {user} --role {role.ToString().ToLowerInvariant()}";

    private static string Text(DateTimeOffset moment) =>
        moment.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
