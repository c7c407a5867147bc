using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Stele.Server.Tests.Support;

/// <summary>Makes tokens by hand, also such as no issuer would make.</summary>
internal sealed class TokenMint(string issuer, string keyId, AsymmetricAlgorithm key) : IDisposable
{
    public const string Audience = "https://confidential-ledger.azure.com";

    public string Issuer => issuer;

    public string KeyId => keyId;

    public static TokenMint Rsa(string issuer, string keyId = "rsa", int bits = 2048) => new(issuer, keyId, RSA.Create(bits));

    public static TokenMint EllipticCurve(string issuer, string keyId, ECCurve curve) => new(issuer, keyId, ECDsa.Create(curve));

    /// <summary>The public key as a JSON Web Key.</summary>
    public JsonObject Jwk()
    {
        if (key is RSA rsa)
        {
            var numbers = rsa.ExportParameters(includePrivateParameters: false);
            return new JsonObject
            {
                ["kty"] = "RSA",
                ["kid"] = keyId,
                ["use"] = "sig",
                ["n"] = Text(numbers.Modulus!),
                ["e"] = Text(numbers.Exponent!),
            };
        }
        var point = ((ECDsa)key).ExportParameters(includePrivateParameters: false).Q;
        return new JsonObject
        {
            ["kty"] = "EC",
            ["kid"] = keyId,
            ["crv"] = $"P-{key.KeySize}",
            ["x"] = Text(point.X!),
            ["y"] = Text(point.Y!),
        };
    }

    /// <summary>The public key, PEM: what a confused verifier would take for a secret.</summary>
    public string PublicPem() => key.ExportSubjectPublicKeyInfoPem();

    public JsonObject Header(string algorithm = "RS256") => new() { ["alg"] = algorithm, ["typ"] = "JWT", ["kid"] = keyId };

    public JsonObject Claims(string user, DateTimeOffset? now = null)
    {
        var at = (now ?? TimeProvider.System.GetUtcNow()).ToUnixTimeSeconds();
        return new JsonObject
        {
            ["iss"] = issuer,
            ["aud"] = Audience,
            ["oid"] = user,
            ["sub"] = $"subject of {user}",
            ["iat"] = at,
            ["nbf"] = at,
            ["exp"] = at + 3600,
        };
    }

    /// <summary>A token as it should be.</summary>
    public string Token(string user, string algorithm = "RS256") => Sign(Header(algorithm), Claims(user));

    public string Sign(JsonObject header, JsonObject claims) =>
        Sign(header.ToJsonString(), claims.ToJsonString(), header["alg"]?.GetValue<string>() ?? "RS256");

    public string Sign(string header, string claims, string algorithm)
    {
        var signed = $"{Text(Encoding.UTF8.GetBytes(header))}.{Text(Encoding.UTF8.GetBytes(claims))}";
        return $"{signed}.{Text(Signature(Encoding.ASCII.GetBytes(signed), algorithm))}";
    }

    public static string Text(byte[] bytes) => Base64Url.EncodeToString(bytes);

    public void Dispose() => key.Dispose();

    private byte[] Signature(byte[] data, string algorithm)
    {
        var hash = algorithm[2..] switch
        {
            "384" => HashAlgorithmName.SHA384,
            "512" => HashAlgorithmName.SHA512,
            _ => HashAlgorithmName.SHA256,
        };
        return (algorithm[..2], key) switch
        {
            ("HS", _) => HMACSHA256.HashData(Encoding.UTF8.GetBytes(PublicPem()), data),
            ("PS", RSA rsa) => rsa.SignData(data, hash, RSASignaturePadding.Pss),
            (_, RSA rsa) => rsa.SignData(data, hash, RSASignaturePadding.Pkcs1),
            (_, ECDsa ec) => ec.SignData(data, hash),
            _ => throw new NotSupportedException(algorithm),
        };
    }
}
