using System.Formats.Asn1;
using Stele.Attestation.Certificates;
using Stele.Attestation.Formats;

namespace Stele.Attestation.Snp;

/// <summary>
/// The certificate of the key that signs reports: a VCEK, which is one chip's, or a VLEK, which a cloud provider loads
/// (VCEK Certificate and KDS Interface Specification, document 57230).
/// </summary>
public sealed class EndorsementKey
{
    private const string Arc = "1.3.6.1.4.1.3704.1.";
    private const int HardwareIdSize = 64;
    private const int HardwareIdSizeTurin = 8;

    // Null where the certificate does not name one.
    private readonly byte? _bootLoader, _tee, _snp, _microcode, _fmc;

    private EndorsementKey(Certificate certificate)
    {
        Certificate = certificate;
        ProductName = certificate.Extension(Arc + "2") is { } name
            ? Der.Read(name, "a product name", reader => reader.ReadCharacterString(UniversalTagNumber.IA5String))
            : "";
        HardwareId = ReadHardwareId();
        (_bootLoader, _tee, _snp, _microcode, _fmc) = (Level("3.1"), Level("3.2"), Level("3.3"), Level("3.8"), Level("3.9"));
    }

    /// <summary>The certificate.</summary>
    public Certificate Certificate { get; }

    /// <summary>Whether it is a VLEK.</summary>
    public bool IsVlek => Certificate.Subject.CommonName == "SEV-VLEK";

    /// <summary>Whether it is a VCEK.</summary>
    public bool IsVcek => Certificate.Subject.CommonName == "SEV-VCEK";

    /// <summary>The product with its stepping, such as <c>Milan-B0</c>; empty when it is not named.</summary>
    public string ProductName { get; }

    /// <summary>The number of the chip: 64 bytes, 8 for Turin; empty in a VLEK.</summary>
    public ReadOnlyMemory<byte> HardwareId { get; }

    /// <summary>Reads a certificate of an endorsement key.</summary>
    /// <exception cref="FormatException">The bytes are not a certificate, or an extension of AMD's cannot be read.</exception>
    public static EndorsementKey Read(ReadOnlyMemory<byte> der) => Of(Certificate.Read(der));

    /// <summary>Takes a certificate as that of an endorsement key.</summary>
    /// <exception cref="FormatException">An extension of AMD's cannot be read.</exception>
    public static EndorsementKey Of(Certificate certificate) => new(certificate);

    /// <summary>The level of firmware that the key was derived for; null when a component is missing or out of range.</summary>
    public SnpTcb? TcbOf(SnpProduct product) =>
        (_bootLoader, _tee, _snp, _microcode, product is SnpProduct.Turin ? _fmc : (byte?)0) is
            ({ } bootLoader, { } tee, { } snp, { } microcode, { } fmc)
            ? new SnpTcb(bootLoader, tee, snp, microcode, fmc)
            : null;

    private byte? Level(string number)
    {
        if (Certificate.Extension(Arc + number) is not { } value) return null;
        var level = Der.Read(value, "a security level", reader => reader.ReadInteger());
        return level >= 0 && level <= byte.MaxValue ? (byte)level : null;
    }

    // The chip's number stands there without a DER header; one as an OCTET STRING of the same size is taken as well.
    private ReadOnlyMemory<byte> ReadHardwareId()
    {
        if (Certificate.Extension(Arc + "4") is not { } value) return default;
        return value.Length is HardwareIdSize or HardwareIdSizeTurin
            ? value
            : Der.Read(value, "a hardware id", reader => reader.ReadOctetString());
    }
}
