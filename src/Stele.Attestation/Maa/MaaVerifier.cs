using System.Security.Cryptography;
using System.Text;
using Stele.Attestation.Certificates;
using Stele.Attestation.Formats;

namespace Stele.Attestation.Maa;

/// <summary>
/// Verifies tokens of Microsoft Azure Attestation. Who goes by them trusts the service to have verified the evidence: the
/// evidence itself is not there.
/// </summary>
public static class MaaVerifier
{
    private const string ServiceQuoteExtension = "1.3.6.1.4.1.311.105.1";

    /// <summary>Judges a token as of a moment, by the keys of the instance that the policy names. Throws nothing.</summary>
    /// <param name="token">The token.</param>
    /// <param name="keys">The instance's keys. The address that a token names for them must not be followed.</param>
    /// <param name="policy">What is accepted. All instances of a region share a key: without an issuer, any of them may speak.</param>
    /// <param name="asOf">The moment.</param>
    public static Verdict Verify(MaaToken token, MaaKeys keys, EvidencePolicy policy, DateTimeOffset asOf) => Verdict.Of(() =>
    {
        var checks = new CheckList();
        CheckSignature(checks, token, keys.Find(token.KeyId));
        if (policy.Issuer is { } issuer)
            checks.Add("issuer-expected", token.Issuer == issuer, $"Issued by {token.Issuer}, not {issuer}.");
        else
            checks.NotMade("issuer-expected", "The policy names no issuer.");
        checks.Add("nbf", token.NotBefore <= asOf, $"Valid from {token.NotBefore:u} on, judged as of {asOf:u}.");
        checks.Add("exp", asOf <= token.Expires, $"Valid until {token.Expires:u}, judged as of {asOf:u}.");
        var claims = MaaClaims.Read(token.Claims);
        Appraise(checks, token, claims, policy);
        return new Verdict(claims, checks.All);
    });

    private static void CheckSignature(CheckList checks, MaaToken token, Certificate? key)
    {
        checks.Add("alg-RS256", token.Algorithm == "RS256", $"Signed by \"{token.Algorithm}\".");
        if (!checks.Add("kid-found", key is not null, $"The instance has no key \"{token.KeyId}\".")) return;
        checks.Add("signature", token.IsSignedBy(key!.PublicKey), "The instance's key did not sign the token.");
        if (key.Extension(ServiceQuoteExtension) is { } quote)
            checks.Add("service-quote-binds-key", IsBound(quote, key.PublicKey), "The service's own quote is for another key.");
    }

    private static void Appraise(CheckList checks, MaaToken token, AttestationClaims claims, EvidencePolicy policy)
    {
        if (policy.Isolation is { } isolation)
        {
            var found = MaaClaims.Isolation(token.Claims);
            checks.Add("isolation-expected", found == isolation, $"Isolated by \"{found}\", not {isolation}.");
        }

        if (policy.Nonce is { } nonce)
            checks.Add(
                "nonce-expected", CryptographicOperations.FixedTimeEquals(nonce.Span, MaaClaims.Nonce(token.Claims)),
                "The token is for another nonce.");
        if (claims.Debug && policy.AllowDebug)
            checks.NotMade("not-debug", "The host may read the memory; the policy allows it.");
        else
            checks.Add("not-debug", !claims.Debug, "The host may read the memory.");
        Appraisal.CheckValues(checks, policy, claims.Measurement, claims.HostData, claims.ReportData);
    }

    // A header of 16 bytes, then an SGX quote of version 3, whose report data binds the key's PEM and a NUL.
    private static bool IsBound(ReadOnlyMemory<byte> extension, PublicKeyInfo key)
    {
        var reader = new ByteReader(extension.Span);
        if (reader.UInt32() != 1 || reader.UInt32() != 2 || reader.UInt64() != (ulong)reader.Remaining) return false;
        if (reader.UInt16() != 3) return false;
        reader.Take(46 + 0x140);
        var pem = PemEncoding.WriteString("PUBLIC KEY", key.Encoded.Span) + "\n\0";
        return reader.Take(SHA256.HashSizeInBytes).SequenceEqual(SHA256.HashData(Encoding.ASCII.GetBytes(pem)));
    }
}
