using System.Text.Json;
using Stele.Attestation.Certificates;
using Stele.Attestation.Formats;

namespace Stele.Attestation.Maa;

/// <summary>The keys of an instance of Azure Attestation (RFC 7517), as it gives them out under <c>/certs</c>.</summary>
public sealed class MaaKeys
{
    private const int CountMax = 64;
    private readonly Dictionary<string, Certificate> _keys = new(StringComparer.Ordinal);

    private MaaKeys(JsonElement set)
    {
        var keys = EvidenceJson.Member(set, "keys", JsonValueKind.Array);
        if (keys.GetArrayLength() > CountMax) throw new FormatException($"Over {CountMax} keys.");
        foreach (var key in keys.EnumerateArray())
        {
            var certificates = EvidenceJson.Member(key, "x5c", JsonValueKind.Array);
            if (certificates.GetArrayLength() == 0) throw new FormatException("A key without a certificate.");
            var certificate = Certificate.Read(Convert.FromBase64String(EvidenceJson.Text(certificates[0])));
            if (!_keys.TryAdd(EvidenceJson.Text(key, "kid"), certificate)) throw new FormatException("Two keys of the same name.");
        }
    }

    /// <summary>Reads a set of keys.</summary>
    /// <exception cref="FormatException">It is none, or a certificate in it cannot be read.</exception>
    public static MaaKeys Read(ReadOnlyMemory<byte> json) => new(EvidenceJson.ReadObject(json));

    /// <summary>The certificate of a key; null when the instance has no key of this name.</summary>
    public Certificate? Find(string keyId) => _keys.GetValueOrDefault(keyId);
}
