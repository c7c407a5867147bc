using Microsoft.AspNetCore.Http;
using Stele.Server.Api;

namespace Stele.Server.Hosting.Wire;

/// <summary>What reading a request's head came to.</summary>
internal abstract record HeadReading
{
    /// <summary>The head goes on behind what has come so far.</summary>
    public static readonly HeadReading Incomplete = new Unfinished();

    private HeadReading()
    {
    }

    /// <summary>A head that breaks a rule.</summary>
    public static HeadReading Bad(string rule) => new Refused(
        new ApiError(
            StatusCodes.Status400BadRequest,
            ErrorCodes.InvalidInput,
            $"This is not a proper HTTP request: {rule}."));

    /// <summary>A head with too many bytes or lines.</summary>
    public static HeadReading TooLarge() => new Refused(new ApiError(
        StatusCodes.Status431RequestHeaderFieldsTooLarge,
        "RequestHeaderTooLarge",
        $"The headers are too large: at most {RequestHead.HeadersMax} lines, {RequestHead.BytesMax} bytes in all."));

    /// <summary>A request line with too many bytes.</summary>
    public static HeadReading LineTooLong() => new Refused(new ApiError(
        StatusCodes.Status414UriTooLong,
        ErrorCodes.InvalidInput,
        $"The request's path and query are too long: at most {RequestHead.LineBytesMax} bytes in one line."));

    /// <summary>A whole head.</summary>
    /// <param name="Bytes">Its size, the empty line at its end included.</param>
    /// <param name="BodyBytes">The size of the body behind it; null where the body comes in chunks.</param>
    public sealed record Complete(int Bytes, long? BodyBytes) : HeadReading;

    /// <summary>A head that is not served.</summary>
    /// <param name="Error">What to answer.</param>
    public sealed record Refused(ApiError Error) : HeadReading;

    private sealed record Unfinished : HeadReading;
}
