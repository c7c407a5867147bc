using System.Buffers;
using System.Text.Json;
using Stele.Cryptography;
using Stele.Ledger.Entries;
using Stele.Ledger.Snapshots;

namespace Stele.Ledger.Backups;

/// <summary>
/// The file from which an increment goes on: the nodes and the service after a signature transaction, that signature, and the
/// tree under it. Whoever reads it verifies that signature, so it is believed no more than the ledger is.
/// </summary>
internal static class BackupPoint
{
    private static readonly TableName[] Held =
    [
        TableNames.NodesInfo, TableNames.NodesEndorsedCertificates, TableNames.ServiceInfo,
        TableNames.Signatures, TableNames.CoseSignatures, TableNames.Tree,
    ];

    public static byte[] Write(SnapshotContents contents)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("seqno", contents.SeqNo.Value);
            json.WriteString("leaf", contents.Leaf.ToHex());
            foreach (var table in contents.Tables)
            {
                json.WriteStartArray(table.Name.Value);
                foreach (var row in table.Rows)
                {
                    json.WriteBase64StringValue(row.Key.Span);
                    json.WriteBase64StringValue(row.Value!.Value.Span);
                }
                json.WriteEndArray();
            }
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    /// <exception cref="FormatException">It is damaged.</exception>
    public static SnapshotContents Read(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var json = JsonDocument.Parse(bytes);
            var root = json.RootElement;
            var seqno = root.GetProperty("seqno").GetInt64();
            if (seqno < 1 || !Digest.TryParseHex(root.GetProperty("leaf").GetString(), out var leaf))
                throw new FormatException("It says no place in a ledger.");
            return new SnapshotContents
            {
                SeqNo = new SeqNo(seqno),
                Leaf = leaf,
                ViewHistory = [],
                Tables = [.. Held.Select(name => Table(name, root, new SeqNo(seqno)))],
            };
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException($"It cannot be read: {fault.Message}", fault);
        }
    }

    private static SnapshotTable Table(TableName name, JsonElement root, SeqNo seqno)
    {
        if (!root.TryGetProperty(name.Value, out var values)) return new SnapshotTable(name, seqno, []);
        var rows = values.EnumerateArray().Select(value => value.GetBytesFromBase64()).Chunk(2)
            .Select(pair => pair is [var key, var value] ? new SnapshotRow(key, seqno, value) : throw new FormatException("Half a row."));
        return new SnapshotTable(name, seqno, [.. rows]);
    }
}
