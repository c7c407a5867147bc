using Azure.Core;

namespace Stele.Client.Pipeline;

/// <summary>
/// What is an error, and what may be tried again. A POST appends: it is sent again only where it is certain that the first one
/// has not taken effect, because nothing would tell the two apart.
/// </summary>
internal sealed class LedgerResponseClassifier : ResponseClassifier
{
    private const int TooManyRequests = 429;
    private const int ServiceUnavailable = 503;

    public static readonly LedgerResponseClassifier Shared = new();

    /// <inheritdoc/>
    public override bool IsErrorResponse(HttpMessage message) => message.Response.Status is < 200 or > 299;

    /// <inheritdoc/>
    public override bool IsRetriableResponse(HttpMessage message) => IsRepeatable(message)
        ? base.IsRetriableResponse(message)
        : message.Response.Status switch
        {
            TooManyRequests => true,
            // A proxy says it too, also of a request that it has sent on already; it knows no codes.
            ServiceUnavailable => LedgerErrorParser.CodeOf(message.Response) is not null,
            _ => false,
        };

    /// <inheritdoc/>
    public override bool IsRetriable(HttpMessage message, Exception exception) => NetworkError(exception) switch
    {
        // Another attempt would meet the same certificate.
        HttpRequestError.SecureConnectionError => false,
        HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError => true,
        _ => IsRepeatable(message) && base.IsRetriable(message, exception),
    };

    private static bool IsRepeatable(HttpMessage message) => message.Request.Method != RequestMethod.Post;

    private static HttpRequestError NetworkError(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
            if (exception is HttpRequestException network) return network.HttpRequestError;
        return HttpRequestError.Unknown;
    }
}
