namespace Stele.Explorer;

/// <summary>How users of the explorer sign in, beside their client certificates.</summary>
public sealed record ExplorerOptions
{
    /// <summary>
    /// The OpenID Connect issuer that users sign in at, as its tokens name it; null for client certificates alone. Its origin is the
    /// only one beside the node's own that the page may ask anything.
    /// </summary>
    public Uri? Issuer { get; init; }

    /// <summary>The page's client id at the issuer: a public client (RFC 6749), with PKCE and no secret.</summary>
    public string? ClientId { get; init; }

    /// <summary>The scopes to ask for, with a space between two of them.</summary>
    public string Scope { get; init; } = "openid";

    /// <summary>The resource (RFC 8707) that tokens are asked for; null where the issuer is told by the scope, or not at all.</summary>
    public string? Resource { get; init; }
}
