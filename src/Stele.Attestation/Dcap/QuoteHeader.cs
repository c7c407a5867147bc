using Stele.Attestation.Formats;

namespace Stele.Attestation.Dcap;

/// <summary>The first 48 bytes of a quote (Intel, SGX/TDX DCAP Quote Generation Library, appendix A).</summary>
/// <param name="Version">3, 4 or 5: how the quote is laid out.</param>
/// <param name="IsTdx">Whether a trust domain speaks, and not an enclave.</param>
/// <param name="VendorId">16 bytes: who made the quoting enclave.</param>
/// <param name="UserData">20 bytes of the quoting enclave's.</param>
internal sealed record QuoteHeader(ushort Version, bool IsTdx, byte[] VendorId, byte[] UserData)
{
    private const ushort KeyTypeP256 = 2;
    private const uint TeeSgx = 0;
    private const uint TeeTdx = 0x81;

    private static ReadOnlySpan<byte> Intel =>
        [0x93, 0x9A, 0x72, 0x33, 0xF7, 0x9C, 0x4C, 0xA9, 0x94, 0x0A, 0x0D, 0xB3, 0x95, 0x7F, 0x06, 0x07];

    /// <summary>Whether Intel made the quoting enclave.</summary>
    public bool IsOfIntel => VendorId.AsSpan().SequenceEqual(Intel);

    /// <summary>Reads the header.</summary>
    /// <exception cref="FormatException">It is of a version, kind of key or kind of machine that is not read.</exception>
    public static QuoteHeader Read(ref ByteReader reader)
    {
        var version = reader.UInt16();
        if (version is < 3 or > 5) throw new FormatException($"A quote of version {version}; 3, 4 and 5 are read.");
        var keyType = reader.UInt16();
        if (keyType != KeyTypeP256) throw new FormatException($"An attestation key of type {keyType}; 2 (ECDSA P-256) is read.");
        var tee = reader.UInt32();
        if (tee is not (TeeSgx or TeeTdx) || (version == 3 && tee != TeeSgx))
            throw new FormatException($"A quote of version {version} about a machine of kind 0x{tee:x}.");
        // Version 3: the SVNs of the quoting and provisioning enclaves, which the signed report and certificate say too.
        reader.Take(4);
        return new QuoteHeader(version, tee == TeeTdx, reader.Array(16), reader.Array(20));
    }
}
