using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace Stele.Governance.Tokens;

/// <summary>Keys as issuers publish them: a JSON Web Key Set (RFC 7517), of which only keys that verify tokens are taken.</summary>
public static class JsonWebKeySet
{
    private const int RsaBitsMin = 2048;
    private const int RsaBitsMax = 8192;
    private const int CertificateLengthMax = 16 * 1024;

    /// <summary>Reads a set that an issuer published: what is no key for tokens (RSA or EC, with an id) is left out.</summary>
    /// <exception cref="FormatException">It is no set, or has too many keys.</exception>
    public static IReadOnlyList<TokenKey> ReadPublished(JsonElement set) => Read(set, skipsOthers: true);

    /// <summary>Reads a set that members propose: all in it must be keys for tokens.</summary>
    /// <exception cref="FormatException">It is no such set, or has too many keys.</exception>
    public static IReadOnlyList<TokenKey> ReadProposed(JsonElement set) => Read(set, skipsOthers: false);

    private static List<TokenKey> Read(JsonElement set, bool skipsOthers)
    {
        try
        {
            return ReadAll(set, skipsOthers);
        }
        catch (InvalidOperationException fault)
        {
            throw new FormatException("The set of keys has a text that is none.", fault);
        }
    }

    private static List<TokenKey> ReadAll(JsonElement set, bool skipsOthers)
    {
        if (set.ValueKind != JsonValueKind.Object || !set.TryGetProperty("keys", out var list) || list.ValueKind != JsonValueKind.Array)
            throw new FormatException("The set of keys has no list \"keys\".");
        if (list.GetArrayLength() > TokenKey.KeysMax) throw new FormatException($"The set has more than {TokenKey.KeysMax} keys.");
        var keys = new List<TokenKey>();
        foreach (var one in list.EnumerateArray())
        {
            try
            {
                var key = ReadKey(one);
                if (keys.Any(other => other.Id == key.Id)) throw new FormatException("Two keys of the set have one kid.");
                keys.Add(key);
            }
            catch (FormatException) when (skipsOthers)
            {
                // A key for encryption, of another kind, or too weak: the issuer's others count.
            }
        }
        return keys;
    }

    // Texts may have half a surrogate pair or bad UTF-8, and numbers may be such as the platform has no mind to refuse properly.
    private static TokenKey ReadKey(JsonElement key)
    {
        try
        {
            return ReadParts(key);
        }
        catch (Exception fault) when (fault is CryptographicException or InvalidOperationException or ArgumentException
            or IndexOutOfRangeException)
        {
            throw new FormatException("A key is none: its texts or numbers do not fit.", fault);
        }
    }

    private static TokenKey ReadParts(JsonElement key)
    {
        if (key.ValueKind != JsonValueKind.Object) throw new FormatException("A key is no JSON object.");
        var id = Text(key, "kid") ?? throw new FormatException("A key has no kid.");
        if (id.Length is 0 or > TokenKey.IdLengthMax) throw new FormatException($"A kid has more than {TokenKey.IdLengthMax} characters.");
        if (Text(key, "use") is { } use && use != "sig") throw new FormatException("A key's use is not sig.");
        return new TokenKey(id, Text(key, "kty") switch
        {
            "RSA" when Text(key, "n") is not null => Rsa(key),
            "EC" when Text(key, "x") is not null => EllipticCurve(key),
            "RSA" or "EC" => OfCertificate(key),
            _ => throw new FormatException("A key's kty is neither RSA nor EC."),
        });
    }

    private static byte[] Rsa(JsonElement key)
    {
        using var rsa = RSA.Create(new RSAParameters { Modulus = Bytes(key, "n"), Exponent = Bytes(key, "e") });
        return Checked(rsa).ExportSubjectPublicKeyInfo();
    }

    private static byte[] EllipticCurve(JsonElement key)
    {
        var (curve, length) = Text(key, "crv") switch
        {
            "P-256" => (ECCurve.NamedCurves.nistP256, 32),
            "P-384" => (ECCurve.NamedCurves.nistP384, 48),
            "P-521" => (ECCurve.NamedCurves.nistP521, 66),
            _ => throw new FormatException("A key's crv is none of P-256, P-384, P-521."),
        };
        var point = new ECPoint { X = Bytes(key, "x"), Y = Bytes(key, "y") };
        if (point.X.Length != length || point.Y.Length != length) throw new FormatException("A key's x or y has not its curve's length.");
        using var ec = ECDsa.Create(new ECParameters { Curve = curve, Q = point });
        return ec.ExportSubjectPublicKeyInfo();
    }

    // The key without its numbers: the first certificate has them.
    private static byte[] OfCertificate(JsonElement key)
    {
        if (!key.TryGetProperty("x5c", out var chain) || chain.ValueKind != JsonValueKind.Array || chain.GetArrayLength() == 0
            || chain[0].ValueKind != JsonValueKind.String || chain[0].GetString() is not { Length: <= CertificateLengthMax } text)
            throw new FormatException("A key has neither its numbers nor a certificate (x5c).");
        using var certificate = X509CertificateLoader.LoadCertificate(Convert.FromBase64String(text));
        using var rsa = certificate.GetRSAPublicKey();
        if (rsa is not null) return Checked(rsa).ExportSubjectPublicKeyInfo();
        using var ec = certificate.GetECDsaPublicKey();
        return ec is { KeySize: 256 or 384 or 521 }
            ? ec.ExportSubjectPublicKeyInfo()
            : throw new FormatException("A certificate's key is neither RSA nor of one of the curves P-256, P-384, P-521.");
    }

    private static RSA Checked(RSA rsa) => rsa.KeySize is >= RsaBitsMin and <= RsaBitsMax
        ? rsa
        : throw new FormatException($"An RSA key has {rsa.KeySize} bits; {RsaBitsMin} to {RsaBitsMax} are taken.");

    private static byte[] Bytes(JsonElement key, string member)
    {
        var text = Text(key, member) ?? throw new FormatException($"A key has no {member}.");
        if (text.Length == 0) throw new FormatException($"A key's {member} is empty.");
        if (text.Length > RsaBitsMax / 4) throw new FormatException($"A key's {member} is too long.");
        return Base64Url.DecodeFromChars(text);
    }

    private static string? Text(JsonElement key, string member) =>
        key.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
