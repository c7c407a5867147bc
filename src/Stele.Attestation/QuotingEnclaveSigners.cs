using Stele.Cryptography;

namespace Stele.Attestation;

/// <summary>
/// Who signs the enclaves whose quotes count. A processor's key signs the report of whatever enclave its owner starts; only the
/// maker's own is known to quote nothing but what really runs.
/// </summary>
/// <param name="Sgx">MRSIGNER of the enclave that quotes enclaves.</param>
/// <param name="Tdx">MRSIGNER of the enclave that quotes trust domains.</param>
public sealed record QuotingEnclaveSigners(Digest Sgx, Digest Tdx)
{
    /// <summary>Intel's, as in the identities (QE, TD_QE) that it publishes.</summary>
    public static QuotingEnclaveSigners Intel { get; } = new(
        Of("8c4f5775d796503e96137f77c68a829a0056ac8ded70140b081b094490c57bff"),
        Of("dc9e2a7c6f948f17474e34a7fc43ed030f7c1563f1babddf6340c82e0e54a8c5"));

    private static Digest Of(string hex) =>
        Digest.TryParseHex(hex, out var digest) ? digest : throw new ArgumentException(hex, nameof(hex));
}
