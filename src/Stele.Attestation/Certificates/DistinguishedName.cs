using System.Formats.Asn1;

namespace Stele.Attestation.Certificates;

/// <summary>A subject or issuer.</summary>
public sealed class DistinguishedName
{
    private const string CommonNameType = "2.5.4.3";

    private DistinguishedName(ReadOnlyMemory<byte> encoded, IReadOnlyList<(string Type, string Value)> attributes)
    {
        Encoded = encoded;
        Attributes = attributes;
    }

    /// <summary>Its DER. Names are the same where these bytes are.</summary>
    public ReadOnlyMemory<byte> Encoded { get; }

    /// <summary>The attributes in order: object identifier and text.</summary>
    public IReadOnlyList<(string Type, string Value)> Attributes { get; }

    /// <summary>The common name; empty when there is none, or more than one.</summary>
    public string CommonName =>
        Attributes.Where(attribute => attribute.Type == CommonNameType).ToList() is [var only] ? only.Value : "";

    /// <summary>Whether two names are the same bytes.</summary>
    public bool Is(DistinguishedName other) => Encoded.Span.SequenceEqual(other.Encoded.Span);

    /// <summary>Reads the next name.</summary>
    /// <exception cref="AsnContentException">There is none.</exception>
    internal static DistinguishedName Read(AsnReader reader)
    {
        var encoded = reader.PeekEncodedValue();
        var parts = reader.ReadSequence();
        var attributes = new List<(string, string)>();
        while (parts.HasData)
        {
            var part = parts.ReadSetOf();
            while (part.HasData) attributes.Add(Attribute(part.ReadSequence()));
        }

        return new DistinguishedName(encoded, attributes);
    }

    private static (string Type, string Value) Attribute(AsnReader attribute)
    {
        var type = attribute.ReadObjectIdentifier();
        var tag = (UniversalTagNumber)attribute.PeekTag().TagValue;
        return tag is UniversalTagNumber.UTF8String or UniversalTagNumber.PrintableString or UniversalTagNumber.IA5String
            or UniversalTagNumber.T61String or UniversalTagNumber.BMPString
            ? (type, attribute.ReadCharacterString(tag))
            : (type, "");
    }
}
