using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Stele.Cryptography;
using Stele.Cryptography.Merkle;

namespace Stele.Ledger.Snapshots;

/// <summary>A snapshot's receipt in CCF's JSON: snake case, members by the order of their names, no white space.</summary>
public static class SnapshotReceiptJson
{
    /// <summary>The longest receipt that is read, in bytes.</summary>
    public const int SizeMax = 1 << 20;

    private const int DepthMax = 8;

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Reads a receipt. It has one form only: any other bytes of the same meaning are none.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static SnapshotReceipt Read(ReadOnlyMemory<byte> utf8)
    {
        if (utf8.Length > SizeMax) throw new FormatException($"The snapshot's receipt has more than {SizeMax} bytes.");
        var receipt = ReadMembers(utf8);
        return Write(receipt).AsSpan().SequenceEqual(utf8.Span)
            ? receipt
            : throw new FormatException("The snapshot's receipt has not the form in which receipts are written.");
    }

    /// <summary>Writes a receipt.</summary>
    public static byte[] Write(SnapshotReceipt receipt)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer, Options)) Write(json, receipt);
        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter json, SnapshotReceipt receipt)
    {
        json.WriteStartObject();
        json.WriteString("cert", receipt.NodeCertificate);
        json.WriteStartObject("leaf_components");
        json.WriteString("claims_digest", receipt.ClaimsDigest.ToHex());
        json.WriteString("commit_evidence", receipt.CommitEvidence);
        json.WriteString("write_set_digest", receipt.WriteSetDigest.ToHex());
        json.WriteEndObject();
        json.WriteString("node_id", receipt.NodeId);
        json.WriteStartArray("proof");
        foreach (var step in receipt.Proof.Steps)
        {
            json.WriteStartObject();
            json.WriteString(step.SiblingIsLeft ? "left" : "right", step.Sibling.ToHex());
            json.WriteEndObject();
        }
        json.WriteEndArray();
        if (receipt.ServiceEndorsements.Count > 0)
        {
            json.WriteStartArray("service_endorsements");
            foreach (var endorsement in receipt.ServiceEndorsements) json.WriteStringValue(endorsement);
            json.WriteEndArray();
        }
        json.WriteBase64String("signature", receipt.Signature.Span);
        json.WriteEndObject();
    }

    private static SnapshotReceipt ReadMembers(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            using var json = JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = DepthMax });
            return ReadMembers(json.RootElement);
        }
        // What the reader throws for what is not JSON, a member that is missing, and one of another kind.
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException("The snapshot's receipt is no receipt in JSON.", fault);
        }
    }

    private static SnapshotReceipt ReadMembers(JsonElement receipt)
    {
        var leaf = receipt.GetProperty("leaf_components");
        return new SnapshotReceipt
        {
            NodeCertificate = Text(receipt, "cert"),
            NodeId = Text(receipt, "node_id"),
            WriteSetDigest = ReadDigest(leaf.GetProperty("write_set_digest")),
            CommitEvidence = Text(leaf, "commit_evidence"),
            ClaimsDigest = ReadDigest(leaf.GetProperty("claims_digest")),
            Proof = new MerkleProof([.. receipt.GetProperty("proof").EnumerateArray().Select(ReadStep)]),
            Signature = receipt.GetProperty("signature").GetBytesFromBase64(),
            ServiceEndorsements = receipt.TryGetProperty("service_endorsements", out var endorsements)
                ? [.. endorsements.EnumerateArray().Select(pem => Text(pem))]
                : [],
        };
    }

    private static ProofStep ReadStep(JsonElement step) =>
        step.TryGetProperty("left", out var left)
            ? new ProofStep(ReadDigest(left), SiblingIsLeft: true)
            : new ProofStep(ReadDigest(step.GetProperty("right")), SiblingIsLeft: false);

    private static string Text(JsonElement parent, string member) => Text(parent.GetProperty(member));

    private static string Text(JsonElement text) =>
        text.GetString() ?? throw new FormatException("The snapshot's receipt has null for a text.");

    private static Digest ReadDigest(JsonElement text) =>
        Digest.TryParseHex(text.GetString(), out var digest)
            ? digest
            : throw new FormatException("The snapshot's receipt has a digest that is none.");
}
