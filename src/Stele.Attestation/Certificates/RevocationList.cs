using System.Formats.Asn1;
using System.Numerics;
using Stele.Attestation.Formats;

namespace Stele.Attestation.Certificates;

/// <summary>A certificate revocation list (RFC 5280, 5).</summary>
public sealed class RevocationList
{
    /// <summary>The longest list that is read, in bytes.</summary>
    public const int SizeMax = 1 << 22;

    private readonly HashSet<BigInteger> _revoked = [];
    private readonly ReadOnlyMemory<byte> _signed;
    private readonly byte[] _signature;
    private readonly SignatureScheme _scheme;

    private static readonly Asn1Tag Extensions = new(TagClass.ContextSpecific, 0, isConstructed: true);

    private RevocationList(AsnReader outer)
    {
        var fields = outer.ReadSequence();
        _signed = fields.PeekEncodedValue();
        var signed = fields.ReadSequence();
        var algorithm = fields.PeekEncodedValue();
        _scheme = SignatureSchemes.Read(fields);
        _signature = fields.ReadBitString(out var unusedBits);
        fields.ThrowIfNotEmpty();

        if (signed.PeekTag().HasSameClassAndValue(Asn1Tag.Integer)) signed.ReadInteger();
        if (unusedBits != 0 || !signed.ReadEncodedValue().Span.SequenceEqual(algorithm.Span)) _scheme = SignatureScheme.Unknown;
        Issuer = DistinguishedName.Read(signed);
        ThisUpdate = Der.Time(signed);
        // A list without an end is never current: the standard demands one.
        NextUpdate = signed.HasData && IsTime(signed.PeekTag()) ? Der.Time(signed) : DateTimeOffset.MinValue;
        if (signed.HasData && signed.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence)) ReadEntries(signed.ReadSequence());
        // An extension that is marked critical makes it another kind of list, such as one of changes only (RFC 5280, 5.2).
        if (signed.HasData && signed.PeekTag() == Extensions && HasCritical(signed.ReadSequence(Extensions).ReadSequence()))
            _scheme = SignatureScheme.Unknown;
    }

    /// <summary>Who signed it.</summary>
    public DistinguishedName Issuer { get; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset ThisUpdate { get; }

    /// <summary>Until when the next one is made.</summary>
    public DateTimeOffset NextUpdate { get; }

    /// <summary>Reads a list.</summary>
    /// <exception cref="FormatException">The bytes are not exactly one.</exception>
    public static RevocationList Read(ReadOnlyMemory<byte> der) => der.Length > SizeMax
        ? throw new FormatException($"A revocation list of over {SizeMax} bytes.")
        : Der.Read(der, "a revocation list", reader => new RevocationList(reader));

    /// <summary>Whether it is neither too early nor too late to go by it.</summary>
    public bool IsCurrentAt(DateTimeOffset asOf) => ThisUpdate <= asOf && asOf <= NextUpdate;

    /// <summary>Whether an authority issued it, by the named scheme.</summary>
    public bool IsSignedBy(Certificate issuer, SignatureScheme scheme) =>
        _scheme == scheme && issuer.IsAuthority && Issuer.Is(issuer.Subject)
        && scheme.Verify(issuer.PublicKey, _signed.Span, _signature);

    /// <summary>Whether it names a certificate's number. It speaks only of certificates of its own issuer.</summary>
    public bool Lists(Certificate certificate) => _revoked.Contains(certificate.SerialNumber);

    private void ReadEntries(AsnReader entries)
    {
        while (entries.HasData) _revoked.Add(entries.ReadSequence().ReadInteger());
    }

    private static bool HasCritical(AsnReader extensions)
    {
        while (extensions.HasData)
        {
            var extension = extensions.ReadSequence();
            extension.ReadObjectIdentifier();
            if (extension.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean) && extension.ReadBoolean()) return true;
        }

        return false;
    }

    private static bool IsTime(Asn1Tag tag) =>
        tag.HasSameClassAndValue(Asn1Tag.UtcTime) || tag.HasSameClassAndValue(Asn1Tag.GeneralizedTime);
}
