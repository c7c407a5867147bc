using Microsoft.AspNetCore.Http;
using Stele.Server.Api;

namespace Stele.Server.Identity;

/// <summary>
/// Tells who a ledger is: <c>GET /ledgerIdentity/{ledgerId}</c> answers the certificate that its clients are to trust.
/// It asks for no certificate and no version; not all official clients send one here.
/// </summary>
/// <param name="ledgerId">The ledger's name.</param>
/// <param name="serviceCertificate">The service certificate in PEM.</param>
internal sealed class IdentityService(string ledgerId, string serviceCertificate)
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
        });
    }

    private static RefusedException WrongMethod() => new(
        new ApiError(
            StatusCodes.Status405MethodNotAllowed, ErrorCodes.UnsupportedHttpVerb,
            "The identity service has GET alone.")
        {
            Allow = HttpMethods.Get,
        });
}
