using System.Text.Json;
using Stele.Attestation.Formats;

namespace Stele.Attestation.Dcap;

/// <summary>What Intel says of its quoting enclave.</summary>
internal sealed class QeIdentity
{
    private readonly byte[] _miscSelect;
    private readonly byte[] _miscSelectMask;
    private readonly byte[] _attributes;
    private readonly byte[] _attributesMask;
    private readonly byte[] _mrSigner;
    private readonly int _productId;
    private readonly IReadOnlyList<EnclaveLevel> _levels;
    private readonly string _id;
    private readonly int _version;

    private QeIdentity(SignedStatement statement)
    {
        Statement = statement;
        var content = statement.Content;
        _id = EvidenceJson.Text(content, "id");
        _version = CollateralJson.Number(content, "version", ushort.MaxValue);
        // A number, written big-endian; the report has it little-endian. The attributes are written as the report has them.
        (_miscSelect, _miscSelectMask) = (Reversed(content, "miscselect"), Reversed(content, "miscselectMask"));
        _attributes = CollateralJson.Hex(content, "attributes", 16);
        _attributesMask = CollateralJson.Hex(content, "attributesMask", 16);
        _mrSigner = CollateralJson.Hex(content, "mrsigner", 32);
        _productId = CollateralJson.Number(content, "isvprodid", ushort.MaxValue);
        _levels = EnclaveLevel.ReadAll(content);
    }

    /// <summary>The signed text.</summary>
    public SignedStatement Statement { get; }

    /// <summary>Reads an identity.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static QeIdentity Read(ReadOnlyMemory<byte> json) => new(SignedStatement.Read(json, "enclaveIdentity"));

    /// <summary>Whether it is about the enclave that quotes enclaves, or about the one that quotes trust domains.</summary>
    public bool IsFor(bool tdx) => _version == 2 && _id == (tdx ? "TD_QE" : "QE");

    /// <summary>Whether an enclave is the one it is about, whatever its security version.</summary>
    public bool Fits(SgxReport enclave) =>
        enclave.MrSigner.AsSpan().SequenceEqual(_mrSigner)
        && enclave.ProductId == _productId
        && Masked.Equal(enclave.MiscSelect, _miscSelectMask, _miscSelect)
        && Masked.Equal(enclave.Attributes, _attributesMask, _attributes);

    /// <summary>The level of an enclave; null where it is below all.</summary>
    public EnclaveLevel? LevelOf(SgxReport enclave) => _levels.FirstOrDefault(level => enclave.SecurityVersion >= level.SecurityVersion);

    private static byte[] Reversed(JsonElement content, string name)
    {
        var bytes = CollateralJson.Hex(content, name, 4);
        bytes.AsSpan().Reverse();
        return bytes;
    }
}
