using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Stele.Cryptography.Certificates;
using Stele.Cryptography.Keys;
using Stele.Ledger.Entries;
using Stele.Ledger.Signatures;

namespace Stele.Ledger.Audit;

/// <summary>The nodes of a ledger as its entries tell of them, and whose signatures count.</summary>
internal sealed class NodeRecords
{
    private readonly Dictionary<string, string> _status = new(StringComparer.Ordinal);
    private readonly Dictionary<string, NodeCertificate> _certificates = new(StringComparer.Ordinal);

    /// <summary>Whether an entry says anything of nodes.</summary>
    public static bool AreIn(WriteSet writes) =>
        writes.Find(TableNames.NodesInfo) is not null || writes.Find(TableNames.NodesEndorsedCertificates) is not null;

    /// <summary>Takes in what an entry says of nodes.</summary>
    /// <exception cref="FormatException">It says nothing that makes sense.</exception>
    public void Apply(WriteSet writes)
    {
        if (writes.Find(TableNames.NodesInfo) is { } nodes)
            foreach (var write in nodes.Writes) ApplyNode(Text(write.Key), write.Value);
        if (writes.Find(TableNames.NodesEndorsedCertificates) is { } certificates)
            foreach (var write in certificates.Writes) ApplyCertificate(Text(write.Key), write.Value);
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
        if (!RootSignature.Verify(certificate.Key, signature.Root, signature.Signature.Span))
            throw new FormatException($"The signature is not one of node {node} over its root.");
    }

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    private void ApplyNode(string node, ReadOnlyMemory<byte>? value)
    {
        if (value is not { } row)
        {
            _status.Remove(node);
            _certificates.Remove(node);
            return;
        }
        try
        {
            using var info = JsonDocument.Parse(row);
            _status[node] = info.RootElement.GetProperty("status").GetString() ?? "";
            if (info.RootElement.TryGetProperty("cert", out var cert) && cert.GetString() is { Length: > 0 } pem)
                _certificates[node] = new NodeCertificate(pem);
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException($"Node {node} is not described by the JSON that CCF writes.", fault);
        }
    }

    private void ApplyCertificate(string node, ReadOnlyMemory<byte>? value)
    {
        if (value is { } pem) _certificates[node] = new NodeCertificate(Text(pem));
        else _certificates.Remove(node);
    }

    private sealed class NodeCertificate
    {
        private readonly string _pem;

        public NodeCertificate(string pem)
        {
            _pem = pem;
            Key = CertificateKey.Read(pem);
        }

        public ECDsa Key { get; }

        // The same text is the rule; only a renewed certificate of the same key is compared by key.
        public bool HasSameKeyAs(string pem)
        {
            if (pem == _pem) return true;
            using var other = CertificateKey.Read(pem);
            return Key.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(other.ExportSubjectPublicKeyInfo());
        }
    }
}
