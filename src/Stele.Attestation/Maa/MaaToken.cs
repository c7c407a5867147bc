using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Stele.Attestation.Certificates;
using Stele.Attestation.Formats;

namespace Stele.Attestation.Maa;

/// <summary>
/// A token of Microsoft Azure Attestation: a JWT (RFC 7519) in which the service says what evidence it has verified.
/// Reading it checks nothing but its form.
/// </summary>
public sealed class MaaToken
{
    private const int SizeMax = 1 << 17;
    private readonly byte[] _signed;
    private readonly byte[] _signature;

    private MaaToken(string text)
    {
        if (text.Split('.') is not [var header, var payload, var signature]) throw new FormatException("A token has three parts.");
        _signed = Encoding.ASCII.GetBytes($"{header}.{payload}");
        _signature = Base64UrlText.Decode(signature);
        var fields = EvidenceJson.ReadObject(Base64UrlText.Decode(header));
        Algorithm = EvidenceJson.Text(fields, "alg");
        KeyId = EvidenceJson.OptionalText(fields, "kid") ?? "";
        Claims = EvidenceJson.ReadObject(Base64UrlText.Decode(payload));
        Issuer = EvidenceJson.Text(Claims, "iss");
        NotBefore = Moment("nbf");
        Expires = Moment("exp");
    }

    /// <summary>How it is signed; <c>none</c> is what the service returns when a draft of a policy is tried.</summary>
    public string Algorithm { get; }

    /// <summary>The name of the key that signed it.</summary>
    public string KeyId { get; }

    /// <summary>The instance that says to have issued it.</summary>
    public string Issuer { get; }

    /// <summary>The first moment of its validity.</summary>
    public DateTimeOffset NotBefore { get; }

    /// <summary>The last moment of its validity.</summary>
    public DateTimeOffset Expires { get; }

    /// <summary>All that it says.</summary>
    public JsonElement Claims { get; }

    /// <summary>Reads a token.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static MaaToken Read(ReadOnlySpan<byte> text) => text.Length <= SizeMax
        ? new MaaToken(Encoding.ASCII.GetString(text).Trim())
        : throw new FormatException($"A token of over {SizeMax} bytes.");

    /// <summary>Whether a key signed it, by RSA with SHA-256.</summary>
    public bool IsSignedBy(PublicKeyInfo key) =>
        key.VerifyRsa(_signed, _signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    private DateTimeOffset Moment(string name) =>
        EvidenceJson.Member(Claims, name, JsonValueKind.Number).TryGetInt64(out var seconds) && seconds is >= 0 and < int.MaxValue * 8L
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : throw new FormatException($"\"{name}\" is no moment.");
}
