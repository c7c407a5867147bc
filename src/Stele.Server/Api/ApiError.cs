namespace Stele.Server.Api;

/// <summary>An answer that is an error, in ACL's shape: <c>{"error":{"code","message"}}</c>.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">The error's code (see <see cref="ErrorCodes"/>): ACL's where known, CCF's otherwise.</param>
/// <param name="Message">What was wrong and what would be right, for a person.</param>
internal sealed record ApiError(int Status, string Code, string Message)
{
    /// <summary>The methods that the path has; for 405.</summary>
    public string? Allow { get; init; }

    /// <summary>When another attempt makes sense; for 503.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>How a caller may say who they are (RFC 9110, WWW-Authenticate); for 401.</summary>
    public string? Challenge { get; init; }

    /// <summary>Whether the connection ends with this answer.</summary>
    public bool ClosesConnection { get; init; }
}

/// <summary>The codes of errors, as ACL and CCF name them.</summary>
internal static class ErrorCodes
{
    public const string FrontendNotOpen = nameof(FrontendNotOpen);
    public const string InternalError = nameof(InternalError);
    public const string InvalidAuthenticationInfo = nameof(InvalidAuthenticationInfo);
    public const string InvalidInput = nameof(InvalidInput);
    public const string InvalidQueryParameterValue = nameof(InvalidQueryParameterValue);
    public const string InvalidTransactionId = nameof(InvalidTransactionId);
    public const string LedgerUnavailable = nameof(LedgerUnavailable);
    public const string MissingApiVersionParameter = nameof(MissingApiVersionParameter);
    public const string NotAllowed = nameof(NotAllowed);
    public const string PrimaryNotFound = nameof(PrimaryNotFound);
    public const string RequestBodyTooLarge = nameof(RequestBodyTooLarge);
    public const string RequestTimeout = nameof(RequestTimeout);
    public const string ResourceNotFound = nameof(ResourceNotFound);
    public const string RoleExists = nameof(RoleExists);
    public const string ServiceClosed = nameof(ServiceClosed);
    public const string SessionCapExhausted = nameof(SessionCapExhausted);
    public const string TransactionNotFound = nameof(TransactionNotFound);
    public const string UnknownLedgerEntry = nameof(UnknownLedgerEntry);
    public const string UnsupportedApiVersionValue = nameof(UnsupportedApiVersionValue);
    public const string UnsupportedContentType = nameof(UnsupportedContentType);
    public const string UnsupportedHttpVerb = nameof(UnsupportedHttpVerb);
}
