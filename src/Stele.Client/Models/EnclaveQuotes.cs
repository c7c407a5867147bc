namespace Stele.Client;

/// <summary>What the nodes of a ledger show of what they run in.</summary>
public sealed class EnclaveQuotes
{
    internal EnclaveQuotes(string currentNodeId, IReadOnlyDictionary<string, EnclaveQuote> quotes) =>
        (CurrentNodeId, Quotes) = (currentNodeId, quotes);

    /// <summary>The node that answered.</summary>
    public string CurrentNodeId { get; }

    /// <summary>The quotes by the ids of their nodes.</summary>
    public IReadOnlyDictionary<string, EnclaveQuote> Quotes { get; }
}

/// <summary>What one node shows. It is not verified: see <see cref="Attestation.Nodes.NodeQuote"/>.</summary>
public sealed class EnclaveQuote
{
    internal EnclaveQuote(string nodeId, string? measurement, string version, ReadOnlyMemory<byte> raw) =>
        (NodeId, Measurement, Version, Raw) = (nodeId, measurement, version, raw);

    /// <summary>The node.</summary>
    public string NodeId { get; }

    /// <summary>SGX's MRENCLAVE, hexadecimal; null where it is not told.</summary>
    public string? Measurement { get; }

    /// <summary>What the quote is, such as <c>AMD_SEV_SNP_v1</c>; <c>Insecure_Virtual</c> proves nothing.</summary>
    public string Version { get; }

    /// <summary>The quote.</summary>
    public ReadOnlyMemory<byte> Raw { get; }
}
