using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Stele.Governance.Tokens;
using Stele.Governance.Users;
using Stele.Ledger.Tables;

namespace Stele.Server.Authentication.Tokens;

/// <summary>
/// Decides whether a token counts: signed by a key that the tables have of its issuer, with an algorithm that goes with that key,
/// for the issuer's audience, and in time.
/// </summary>
/// <param name="tables">What the ledger says.</param>
/// <param name="time">The clock.</param>
internal sealed class TokenVerifier(Func<LedgerTables> tables, TimeProvider time)
{
    /// <summary>By how much the clocks of an issuer and of this node may differ.</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(60);

    private const string WrongAlgorithm = "its algorithm is none that goes with its key";

    private readonly JsonWebTokenHandler _handler = new() { MaximumTokenSizeInBytes = UnverifiedToken.LengthMax };
    private readonly TokenKeys _keys = new();

    /// <summary>Verifies a token.</summary>
    public async ValueTask<TokenVerdict> VerifyAsync(string text)
    {
        try
        {
            var token = UnverifiedToken.Read(text);
            var now = tables();
            if (TokenIssuer.Find(now, token.Issuer) is not { } issuer)
                return new TokenVerdict.Refused("its issuer is none that the consortium trusts");
            if (_keys.Find(now, issuer.Name, token.KeyId) is not { } key) return new TokenVerdict.UnknownKey(issuer);
            if (!key.Algorithms.Contains(token.Algorithm, StringComparer.Ordinal)) return new TokenVerdict.Refused(WrongAlgorithm);
            var result = await _handler.ValidateTokenAsync(text, Parameters(issuer, key));
            return result.IsValid ? VerdictOf(token, issuer) : new TokenVerdict.Refused(Reason(result.Exception, issuer));
        }
        catch (FormatException fault)
        {
            return new TokenVerdict.Refused(fault.Message);
        }
    }

    private TokenValidationParameters Parameters(TokenIssuer issuer, VerifyingKey key) => new()
    {
        ValidIssuer = issuer.Name,
        ValidAudience = issuer.Audience,
        // The library would take an audience that differs by a slash at its end.
        IgnoreTrailingSlashWhenValidatingAudience = false,
        IssuerSigningKey = key.Key,
        ValidAlgorithms = key.Algorithms,
        TryAllIssuerSigningKeys = false,
        RequireAudience = true,
        RequireExpirationTime = true,
        RequireSignedTokens = true,
        ValidateIssuerSigningKey = true,
        LifetimeValidator = IsInTime,
    };

    private bool IsInTime(DateTime? from, DateTime? to, SecurityToken token, TokenValidationParameters parameters)
    {
        var now = time.GetUtcNow().UtcDateTime;
        if (to is null) throw new SecurityTokenNoExpirationException();
        if (to + ClockSkew <= now) throw new SecurityTokenExpiredException();
        return from is null || from - ClockSkew <= now ? true : throw new SecurityTokenNotYetValidException();
    }

    private static TokenVerdict VerdictOf(UnverifiedToken token, TokenIssuer issuer)
    {
        var id = token.ObjectId ?? token.Subject;
        if (id is null || id.Contains(TokenIssuer.PrefixEnd, StringComparison.Ordinal))
            return new TokenVerdict.Refused("it has neither oid nor sub, or one with a #");
        var whole = issuer.UserPrefix is { } prefix ? $"{prefix}{TokenIssuer.PrefixEnd}{id}" : id;
        // An issuer says who holds its tokens, and never who holds a certificate.
        return UserId.TryParse(whole, out var user) && !user.IsFingerprint
            ? new TokenVerdict.Genuine(user)
            : new TokenVerdict.Refused("its oid or sub is no user's id");
    }

    private static string Reason(Exception fault, TokenIssuer issuer) => fault switch
    {
        SecurityTokenExpiredException => "it has expired",
        SecurityTokenNotYetValidException => "it is not valid yet, by this node's clock",
        SecurityTokenNoExpirationException => "it does not say when it expires",
        SecurityTokenInvalidAudienceException => $"it is for another audience; ask for one for {issuer.Audience}",
        SecurityTokenInvalidAlgorithmException => WrongAlgorithm,
        _ => "its signature is not its issuer's",
    };
}
