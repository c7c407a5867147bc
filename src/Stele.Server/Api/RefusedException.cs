using Microsoft.AspNetCore.Http;

namespace Stele.Server.Api;

/// <summary>A request is refused: it was malformed, or not allowed, or asked for what is not there.</summary>
internal sealed class RefusedException(ApiError error) : Exception(error.Message)
{
    /// <summary>What to answer.</summary>
    public ApiError Error { get; } = error;

    /// <summary>400: something in the request is not as it must be.</summary>
    public static RefusedException Input(string message, string code = ErrorCodes.InvalidInput) =>
        new(new ApiError(StatusCodes.Status400BadRequest, code, message));

    /// <summary>400: a query parameter is unknown, or its value is not as it must be.</summary>
    public static RefusedException Parameter(string message) => Input(message, ErrorCodes.InvalidQueryParameterValue);

    /// <summary>401: who calls is not known.</summary>
    public static RefusedException Unauthenticated(string message) =>
        new(new ApiError(StatusCodes.Status401Unauthorized, ErrorCodes.InvalidAuthenticationInfo, message));

    /// <summary>401: a token says who calls, and does not count (RFC 6750).</summary>
    public static RefusedException BadToken(string message) =>
        new(new ApiError(StatusCodes.Status401Unauthorized, ErrorCodes.InvalidAuthenticationInfo, message)
        {
            Challenge = "Bearer error=\"invalid_token\"",
        });

    /// <summary>403: who calls is known, and may not.</summary>
    public static RefusedException Forbidden(string message) =>
        new(new ApiError(StatusCodes.Status403Forbidden, ErrorCodes.NotAllowed, message));

    /// <summary>404: what was asked for is not there.</summary>
    public static RefusedException NotFound(string code, string message) =>
        new(new ApiError(StatusCodes.Status404NotFound, code, message));

    /// <summary>413: the body, or the contents in it, are larger than the ledger takes.</summary>
    public static RefusedException TooLarge(int entryBytesMax) =>
        new(new ApiError(
            StatusCodes.Status413PayloadTooLarge,
            ErrorCodes.RequestBodyTooLarge,
            $"The body is too large: an entry's contents have at most {entryBytesMax} bytes of UTF-8 here, and no body much more."));
}
