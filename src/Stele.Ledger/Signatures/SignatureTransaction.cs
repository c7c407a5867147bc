using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Stele.Cryptography;
using Stele.Cryptography.Merkle;
using Stele.Ledger.Entries;

namespace Stele.Ledger.Signatures;

/// <summary>What a signature transaction writes: exactly the three tables that a CCF node accepts.</summary>
public static class SignatureTransaction
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Puts a signature transaction together.</summary>
    /// <param name="id">The transaction it will be.</param>
    /// <param name="nodeId">Hexadecimal SHA-256 of the signing node's public key.</param>
    /// <param name="nodeCertificate">The signing node's certificate, PEM.</param>
    /// <param name="root">The Merkle root over all leaves before this transaction's own.</param>
    /// <param name="nodeSignature">The node's ECDSA signature over the root as a digest, DER.</param>
    /// <param name="coseSignature">The service's COSE_Sign1 over the root.</param>
    /// <param name="tree">The tree under the root, as <see cref="MerkleTreeFormat"/> writes it.</param>
    public static WriteSet Compose(
        TransactionId id, string nodeId, string nodeCertificate, in Digest root, ReadOnlySpan<byte> nodeSignature,
        ReadOnlySpan<byte> coseSignature, byte[] tree)
    {
        var writes = new WriteSet();
        writes.Put(TableNames.Signatures, TableNames.SingleKey, NodeRow(id, nodeId, nodeCertificate, root, nodeSignature));
        writes.Put(TableNames.CoseSignatures, TableNames.SingleKey, ServiceRow(coseSignature));
        writes.Put(TableNames.Tree, TableNames.SingleKey, tree);
        return writes;
    }

    private static byte[] NodeRow(
        TransactionId id, string nodeId, string certificate, Digest root, ReadOnlySpan<byte> signature)
    {
        var buffer = new ArrayBufferWriter<byte>(2048);
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("cert", certificate);
            json.WriteNumber("commit_seqno", 0);
            json.WriteNumber("commit_view", 0);
            json.WriteString("hashed_nonce", Digest.Zero.ToHex());
            json.WriteString("node", nodeId);
            json.WriteString("root", root.ToHex());
            json.WriteNumber("seqno", id.SeqNo.Value);
            json.WriteBase64String("sig", signature);
            json.WriteNumber("view", id.View.Value);
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    private static byte[] ServiceRow(ReadOnlySpan<byte> signature)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, Options)) json.WriteBase64StringValue(signature);
        return buffer.WrittenSpan.ToArray();
    }
}
