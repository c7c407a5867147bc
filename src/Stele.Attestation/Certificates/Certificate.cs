using System.Formats.Asn1;
using System.Numerics;
using Stele.Attestation.Formats;
using Stele.Cryptography;

namespace Stele.Attestation.Certificates;

/// <summary>
/// An X.509 certificate (RFC 5280), read and verified by hand: the platform's chain builder accepts signature schemes that
/// no maker of hardware uses, and may ask the network for what the evidence names.
/// </summary>
public sealed class Certificate
{
    /// <summary>The longest certificate that is read, in bytes. Some carry a quote of their own.</summary>
    public const int SizeMax = 1 << 16;

    private readonly Dictionary<string, ReadOnlyMemory<byte>> _extensions = new(StringComparer.Ordinal);
    // The extensions whose meaning a chain of ours cannot go against, or that are checked. Another one that is marked
    // critical makes a certificate worthless to those who do not know it (RFC 5280, 4.2).
    private static readonly string[] KnownExtensions = ["2.5.29.14", "2.5.29.15", "2.5.29.19", "2.5.29.32", "2.5.29.35", "2.5.29.37"];

    private readonly ReadOnlyMemory<byte> _signed;
    private readonly byte[] _signature;

    private Certificate(ReadOnlyMemory<byte> encoded, AsnReader outer)
    {
        Encoded = encoded;
        var fields = outer.ReadSequence();
        _signed = fields.PeekEncodedValue();
        var signed = fields.ReadSequence();
        var algorithm = fields.PeekEncodedValue();
        Scheme = SignatureSchemes.Read(fields);
        _signature = fields.ReadBitString(out var unusedBits);
        fields.ThrowIfNotEmpty();

        var version = new Asn1Tag(TagClass.ContextSpecific, 0, isConstructed: true);
        if (signed.PeekTag() == version) signed.ReadEncodedValue();
        SerialNumber = signed.ReadInteger();
        // What stands outside the signed part says the same as inside it (RFC 5280, 4.1.1.2), or anyone could change it.
        if (unusedBits != 0 || !signed.ReadEncodedValue().Span.SequenceEqual(algorithm.Span)) Scheme = SignatureScheme.Unknown;
        Issuer = DistinguishedName.Read(signed);
        var validity = signed.ReadSequence();
        NotBefore = Der.Time(validity);
        NotAfter = Der.Time(validity);
        Subject = DistinguishedName.Read(signed);
        PublicKey = new PublicKeyInfo(signed.ReadEncodedValue());
        ReadExtensions(signed);
    }

    /// <summary>The DER.</summary>
    public ReadOnlyMemory<byte> Encoded { get; }

    /// <summary>SHA-256 of the DER.</summary>
    public Digest Digest => Digest.Of(Encoded.Span);

    /// <summary>The number that a revocation list names it by.</summary>
    public BigInteger SerialNumber { get; }

    /// <summary>Who signed it.</summary>
    public DistinguishedName Issuer { get; }

    /// <summary>Whose key it carries.</summary>
    public DistinguishedName Subject { get; }

    /// <summary>The first moment of its validity.</summary>
    public DateTimeOffset NotBefore { get; }

    /// <summary>The last moment of its validity.</summary>
    public DateTimeOffset NotAfter { get; }

    /// <summary>The key it carries.</summary>
    public PublicKeyInfo PublicKey { get; }

    /// <summary>How it is signed; unknown also where it must not be relied on.</summary>
    public SignatureScheme Scheme { get; private set; }

    /// <summary>Whether its key may sign certificates (basic constraints, RFC 5280, 4.2.1.9).</summary>
    public bool IsAuthority { get; private set; }

    /// <summary>Reads a certificate.</summary>
    /// <exception cref="FormatException">The bytes are not exactly one.</exception>
    public static Certificate Read(ReadOnlyMemory<byte> der) => der.Length > SizeMax
        ? throw new FormatException($"A certificate of over {SizeMax} bytes.")
        : Der.Read(der, "a certificate", reader => new Certificate(der, reader));

    /// <summary>Whether a moment lies within its validity.</summary>
    public bool IsValidAt(DateTimeOffset asOf) => NotBefore <= asOf && asOf <= NotAfter;

    /// <summary>
    /// Whether an authority issued it: the name is the authority's, the authority may sign, and its key did, by the named scheme.
    /// </summary>
    public bool IsSignedBy(Certificate issuer, SignatureScheme scheme) =>
        Scheme == scheme && issuer.IsAuthority && Issuer.Is(issuer.Subject)
        && scheme.Verify(issuer.PublicKey, _signed.Span, _signature);

    /// <summary>The value of an extension, without the OCTET STRING around it; null when it has none of this identifier.</summary>
    public ReadOnlyMemory<byte>? Extension(string identifier) =>
        _extensions.TryGetValue(identifier, out var value) ? value : default(ReadOnlyMemory<byte>?);

    private void ReadExtensions(AsnReader signed)
    {
        var tag = new Asn1Tag(TagClass.ContextSpecific, 3, isConstructed: true);
        while (signed.HasData && signed.PeekTag() != tag) signed.ReadEncodedValue();
        if (!signed.HasData) return;
        var list = signed.ReadSequence(tag).ReadSequence();
        while (list.HasData)
        {
            var extension = list.ReadSequence();
            var identifier = extension.ReadObjectIdentifier();
            var isCritical = extension.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean) && extension.ReadBoolean();
            if (isCritical && !KnownExtensions.Contains(identifier)) Scheme = SignatureScheme.Unknown;
            if (!_extensions.TryAdd(identifier, extension.ReadOctetString())) throw new AsnContentException("An extension stands twice.");
        }

        if (Extension("2.5.29.19") is { } constraints)
            IsAuthority = Der.Read(constraints, "basic constraints", ReadIsAuthority);
    }

    private static bool ReadIsAuthority(AsnReader reader)
    {
        var constraints = reader.ReadSequence();
        return constraints.HasData && constraints.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean) && constraints.ReadBoolean();
    }
}
