using Stele.Cryptography;

namespace Stele.Attestation;

/// <summary>The makers' roots that are trusted, by digest: none is taken from the evidence.</summary>
/// <param name="AmdRoots">SHA-256 of the DER certificates of AMD's root keys (ARK).</param>
/// <param name="IntelRootKeys">
/// SHA-256 of the SubjectPublicKeyInfo of Intel's roots: Intel has issued certificates anew for the same key.
/// </param>
public sealed record TrustAnchors(IReadOnlySet<Digest> AmdRoots, IReadOnlySet<Digest> IntelRootKeys)
{
    /// <summary>
    /// Who signs the enclaves that quote, where no collateral says it. Null refuses every quote that comes without collateral.
    /// </summary>
    public QuotingEnclaveSigners? QuotingEnclaves { get; init; }

    /// <summary>The roots that AMD and Intel have published.</summary>
    public static TrustAnchors Published { get; } = new(
        Set(
            "69d063b45344d26a2e94e1f4210de49ef555308287d4c174445c95639a540bcd", // ARK-Milan
            "4c6598d19c18719c5dfd4a7d335f674e5bfe1d8f800cea2cf270c10d103db2f1", // ARK-Genoa
            "1f084161a44bb6d93778a904877d4819cafa5d05ef4193b2ded9dd9c73dd3f6a"), // ARK-Turin
        Set("a0af031289f5d5d4132f9186068a7fc13628633ba235777472e29b6b6c67a49e")) // Intel SGX Root CA
    {
        QuotingEnclaves = QuotingEnclaveSigners.Intel,
    };

    private static HashSet<Digest> Set(params string[] hex) =>
        [.. hex.Select(text => Digest.TryParseHex(text, out var digest) ? digest : throw new ArgumentException(text, nameof(hex)))];
}
