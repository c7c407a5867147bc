using System.Security.Cryptography;
using Stele.Attestation.Formats;

namespace Stele.Attestation.Certificates;

/// <summary>
/// An issuer named by a <c>did:x509</c>: the fingerprint of an authority above it, and what its own certificate must say.
/// Of the method's conditions <c>eku</c> and <c>subject</c> are understood, any other is refused.
/// </summary>
public sealed class DidX509
{
    private const string UsagesExtension = "2.5.29.37";
    private const int LengthMax = 2048;

    private static readonly Dictionary<string, string> SubjectTypes = new(StringComparer.Ordinal)
    {
        ["CN"] = "2.5.4.3",
        ["C"] = "2.5.4.6",
        ["L"] = "2.5.4.7",
        ["ST"] = "2.5.4.8",
        ["STREET"] = "2.5.4.9",
        ["O"] = "2.5.4.10",
        ["OU"] = "2.5.4.11",
    };

    private readonly Func<ReadOnlyMemory<byte>, byte[]> _hash;
    private readonly byte[] _fingerprint;
    private readonly List<Func<Certificate, bool>> _conditions = [];

    private DidX509(string hash, string fingerprint, IEnumerable<string> conditions)
    {
        _hash = hash switch
        {
            "sha256" => bytes => SHA256.HashData(bytes.Span),
            "sha384" => bytes => SHA384.HashData(bytes.Span),
            "sha512" => bytes => SHA512.HashData(bytes.Span),
            _ => throw new FormatException($"A did:x509 of the hash \"{hash}\"."),
        };
        _fingerprint = Base64UrlText.Decode(fingerprint);
        _conditions.AddRange(conditions.Select(condition => Condition(condition.Split(':'))));
    }

    /// <summary>Reads an identifier.</summary>
    /// <exception cref="FormatException">It is none, or asks for something that is not understood.</exception>
    public static DidX509 Parse(string text)
    {
        if (text.Length > LengthMax) throw new FormatException("A did:x509 that is too long.");
        var parts = text.Split("::");
        return parts.Length >= 2 && parts[0].Split(':') is ["did", "x509", "0", var hash, var fingerprint]
            ? new DidX509(hash, fingerprint, parts.Skip(1))
            : throw new FormatException("Not a did:x509 of version 0 with a condition.");
    }

    /// <summary>
    /// Whether a chain, which must have been verified, is this issuer's: an authority in it has the fingerprint, and its leaf
    /// meets every condition.
    /// </summary>
    /// <param name="chain">The certificates, leaf first.</param>
    public bool Names(IReadOnlyList<Certificate> chain) =>
        chain.Skip(1).Any(authority => _hash(authority.Encoded).AsSpan().SequenceEqual(_fingerprint))
        && _conditions.All(condition => condition(chain[0]));

    private static Func<Certificate, bool> Condition(string[] parts) => parts switch
    {
        ["eku", var usage] => leaf => Usages(leaf).Contains(usage),
        ["subject", .. var pairs] when pairs.Length > 0 && pairs.Length % 2 == 0 => Subject(pairs),
        _ => throw new FormatException($"A did:x509 with the unknown condition \"{parts[0]}\"."),
    };

    private static Func<Certificate, bool> Subject(string[] pairs)
    {
        var wanted = pairs.Chunk(2).Select(pair => (
            Type: SubjectTypes.GetValueOrDefault(pair[0], pair[0]), Value: Uri.UnescapeDataString(pair[1]))).ToList();
        return leaf => wanted.All(leaf.Subject.Attributes.Contains);
    }

    private static List<string> Usages(Certificate leaf) => leaf.Extension(UsagesExtension) is { } value
        ? Der.Read(value, "extended key usages", reader =>
        {
            var usages = new List<string>();
            var list = reader.ReadSequence();
            while (list.HasData) usages.Add(list.ReadObjectIdentifier());
            return usages;
        })
        : [];
}
