using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Stele.Cryptography.Merkle;
using Stele.Ledger.Entries;

namespace Stele.Ledger.Signatures;

/// <summary>A signature transaction as it was found; nothing of it has been verified.</summary>
public sealed record SignatureRecord
{
    /// <summary>The node's raw signature; none in ledgers that the service alone signs.</summary>
    public NodeSignature? Node { get; private init; }

    /// <summary>The service's COSE_Sign1; none in ledgers from before CCF 6.</summary>
    public ReadOnlyMemory<byte>? Cose { get; private init; }

    /// <summary>The tree under the signature, as its bytes.</summary>
    public ReadOnlyMemory<byte>? TreeBytes { get; private init; }

    /// <summary>Whether an entry holds a signature.</summary>
    public static bool IsSignature(LedgerEntry entry) =>
        entry.PublicWrites.Find(TableNames.Signatures) is not null
        || entry.PublicWrites.Find(TableNames.CoseSignatures) is not null;

    /// <summary>Reads the signature of an entry.</summary>
    /// <returns>Whether it holds one.</returns>
    /// <exception cref="FormatException">It claims to, and what it holds is none.</exception>
    public static bool TryRead(LedgerEntry entry, [NotNullWhen(true)] out SignatureRecord? signature)
    {
        signature = IsSignature(entry) ? Read(entry.PublicWrites) : null;
        return signature is not null;
    }

    /// <summary>Reads the signature of what a signature transaction wrote.</summary>
    /// <exception cref="FormatException">It holds none.</exception>
    public static SignatureRecord Read(WriteSet writes) => new()
    {
        Node = Single(writes, TableNames.Signatures) is { } row ? NodeSignature.Read(row) : null,
        Cose = Single(writes, TableNames.CoseSignatures) is { } cose ? ReadCose(cose) : default(ReadOnlyMemory<byte>?),
        TreeBytes = Single(writes, TableNames.Tree),
    };

    /// <summary>Reads the tree under the signature.</summary>
    /// <exception cref="FormatException">There is none, or it is damaged.</exception>
    public MerkleTree Tree() =>
        TreeBytes is { } bytes
            ? MerkleTreeFormat.Read(bytes.Span)
            : throw new FormatException("The signature transaction holds no tree.");

    private static ReadOnlyMemory<byte>? Single(WriteSet writes, TableName table)
    {
        if (writes.Find(table) is null) return null;
        return writes.TryGet(table, TableNames.SingleKey.Span, out var value)
            ? value
            : throw new FormatException($"Table {table} has not its one row.");
    }

    private static ReadOnlyMemory<byte> ReadCose(ReadOnlyMemory<byte> row)
    {
        try
        {
            using var json = JsonDocument.Parse(row);
            return json.RootElement.GetBytesFromBase64();
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            throw new FormatException("The service's signature is no JSON string in Base64.", fault);
        }
    }
}
