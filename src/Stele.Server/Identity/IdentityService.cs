using Microsoft.AspNetCore.Http;
using Stele.Server.Api;

namespace Stele.Server.Identity;

/// <summary>
/// Tells who a ledger is: <c>GET /ledgerIdentity/{ledgerId}</c> answers the certificate that its clients are to trust.
/// It asks for no certificate and no version; not all official clients send one here. Beside what ACL answers it tells where the
/// ledger is, on which nothing rests: whoever is there must show a certificate of the service.
/// </summary>
/// <param name="ledgerId">The ledger's name.</param>
/// <param name="serviceCertificate">The service certificate in PEM.</param>
/// <param name="address">The node's address in its network; null for the host that the caller found this service at.</param>
/// <param name="port">The ledger's port there.</param>
internal sealed class IdentityService(string ledgerId, string serviceCertificate, Uri? address, int port)
{
    private static readonly PathTemplate Path = "/ledgerIdentity/{ledgerId}";

    /// <summary>Answers one request.</summary>
    public Task HandleAsync(HttpContext http)
    {
        http.EchoRequestId();
        try
        {
            http.Response.Write(Answer(http.Request), position: null);
        }
        catch (RefusedException refused)
        {
            http.Response.Write(refused.Error, position: null);
        }

        return Task.CompletedTask;
    }

    private Answer Answer(HttpRequest request)
    {
        if (!Path.Matches(request.Path.Value ?? "", out var asked))
        {
            throw RefusedException.NotFound(
                ErrorCodes.ResourceNotFound, $"There is nothing at this path; the identity service has {Path}.");
        }

        if (!HttpMethods.IsGet(request.Method))
            throw WrongMethod();
        if (asked != ledgerId)
            throw RefusedException.NotFound(ErrorCodes.ResourceNotFound, "There is no ledger of this name here.");
        return Api.Answer.Object(json =>
        {
            json.WriteString("ledgerTlsCertificate"u8, serviceCertificate);
            json.WriteString("ledgerId"u8, ledgerId);
            if (LedgerUri(request) is { } ledger) json.WriteString("ledgerUri"u8, ledger.GetLeftPart(UriPartial.Authority));
        });
    }

    private Uri? LedgerUri(HttpRequest request) =>
        address ?? (Uri.TryCreate($"https://{request.Host.Host}:{port}", UriKind.Absolute, out var ledger) ? ledger : null);

    private static RefusedException WrongMethod() => new(
        new ApiError(
            StatusCodes.Status405MethodNotAllowed, ErrorCodes.UnsupportedHttpVerb,
            "The identity service has GET alone.")
        {
            Allow = HttpMethods.Get,
        });
}
