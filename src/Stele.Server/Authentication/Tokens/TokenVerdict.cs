using Stele.Governance.Tokens;
using Stele.Governance.Users;

namespace Stele.Server.Authentication.Tokens;

/// <summary>What a token is found to be.</summary>
internal abstract record TokenVerdict
{
    private TokenVerdict()
    {
    }

    /// <summary>It is a user's.</summary>
    /// <param name="User">Whose.</param>
    internal sealed record Genuine(UserId User) : TokenVerdict;

    /// <summary>Its issuer is known, and its key is not: it may be a new one.</summary>
    /// <param name="Issuer">The issuer.</param>
    internal sealed record UnknownKey(TokenIssuer Issuer) : TokenVerdict;

    /// <summary>It does not count.</summary>
    /// <param name="Why">Why, as the end of a sentence that begins «the token is refused:».</param>
    internal sealed record Refused(string Why) : TokenVerdict;
}
