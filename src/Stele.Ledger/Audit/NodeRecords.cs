using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Stele.Cryptography.Keys;
using Stele.Ledger.Entries;
using Stele.Ledger.Signatures;

namespace Stele.Ledger.Audit;

/// <summary>The nodes of a ledger as its entries tell of them at one place in it, and whose signatures count there.</summary>
internal sealed class NodeRecords
{
    /// <summary>No nodes, as before the first entry.</summary>
    public static readonly NodeRecords None = new();

    private const string RetiredForGood = "Retired, for good";

    private readonly ImmutableDictionary<string, string> _status = ImmutableDictionary.Create<string, string>(StringComparer.Ordinal);
    private readonly ImmutableDictionary<string, NodeCertificate> _certificates =
        ImmutableDictionary.Create<string, NodeCertificate>(StringComparer.Ordinal);

    private NodeRecords()
    {
    }

    private NodeRecords(ImmutableDictionary<string, string> status, ImmutableDictionary<string, NodeCertificate> certificates) =>
        (_status, _certificates) = (status, certificates);

    /// <summary>Whether an entry says anything of nodes.</summary>
    public static bool AreIn(WriteSet writes) =>
        writes.Find(TableNames.NodesInfo) is not null || writes.Find(TableNames.NodesEndorsedCertificates) is not null;

    /// <summary>The nodes after an entry.</summary>
    /// <exception cref="FormatException">What it says of them makes no sense.</exception>
    public NodeRecords With(WriteSet writes)
    {
        var nodes = this;
        foreach (var write in writes.Find(TableNames.NodesInfo)?.Writes ?? [])
            nodes = nodes.WithNode(Text(write.Key), write.Value);
        foreach (var write in writes.Find(TableNames.NodesEndorsedCertificates)?.Writes ?? [])
            nodes = nodes.WithCertificate(Text(write.Key), write.Value);
        return nodes;
    }

    /// <summary>Checks a node's raw signature over its root.</summary>
    /// <exception cref="FormatException">The node may not sign, or did not.</exception>
    public void Verify(NodeSignature signature, TransactionId id)
    {
        var node = signature.NodeId;
        if (signature.Id != id) throw new FormatException($"The signature says that it is transaction {signature.Id}.");
        if (!_status.TryGetValue(node, out var status) || !_certificates.TryGetValue(node, out var certificate))
            throw new FormatException($"Node {node} signs, which no entry before has named with its certificate.");
        if (status is not ("Trusted" or "Retired")) throw new FormatException($"Node {node} signs while it is {status}.");
        if (signature.Certificate is { } claimed && !certificate.HasSameKeyAs(claimed))
            throw new FormatException($"The signature's certificate has not the recorded key of node {node}.");
        if (!RootSignature.Verify(certificate.Key.OfThisThread, signature.Root, signature.Signature.Span))
            throw new FormatException($"The signature is not one of node {node} over its root.");
    }

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    private NodeRecords WithNode(string node, ReadOnlyMemory<byte>? value)
    {
        if (value is not { } row) return new NodeRecords(_status.Remove(node), _certificates.Remove(node));
        try
        {
            using var info = JsonDocument.Parse(row);
            var status = _status.SetItem(node, StatusOf(node, info.RootElement));
            return info.RootElement.TryGetProperty("cert", out var cert) && cert.GetString() is { Length: > 0 } pem
                ? new NodeRecords(status, _certificates.SetItem(node, new NodeCertificate(pem)))
                : new NodeRecords(status, _certificates);
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException($"Node {node} is not described by the JSON that CCF writes.", fault);
        }
    }

    // CCF says that a node is retired and, later, that this is committed: in between, and while that becomes so, its signatures
    // count. A ledger that says both at once says that they do not any more.
    private string StatusOf(string node, JsonElement info)
    {
        var status = info.GetProperty("status").GetString() ?? "";
        var isForGood = status == "Retired"
            && info.TryGetProperty("retired_committed", out var committed) && committed.ValueKind == JsonValueKind.True
            && _status.GetValueOrDefault(node) != "Retired";
        return isForGood ? RetiredForGood : status;
    }

    private NodeRecords WithCertificate(string node, ReadOnlyMemory<byte>? value) =>
        new(_status, value is { } pem ? _certificates.SetItem(node, new NodeCertificate(Text(pem))) : _certificates.Remove(node));

    private sealed class NodeCertificate(string pem)
    {
        public VerificationKey Key { get; } = new(pem);

        // The same text is the rule; only a renewed certificate of the same key is compared by key.
        public bool HasSameKeyAs(string other) => other == pem || Key.IsThatOf(other);
    }
}
