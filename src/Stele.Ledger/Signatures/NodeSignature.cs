using System.Text.Json;
using Stele.Cryptography;

namespace Stele.Ledger.Signatures;

/// <summary>A node's raw signature over a Merkle root, as CCF's table holds it.</summary>
public sealed record NodeSignature
{
    /// <summary>Hexadecimal SHA-256 of the node's public key.</summary>
    public required string NodeId { get; init; }

    /// <summary>The transaction that the signature says it is.</summary>
    public required TransactionId Id { get; init; }

    /// <summary>The root that it signs.</summary>
    public required Digest Root { get; init; }

    /// <summary>The signature, DER.</summary>
    public required ReadOnlyMemory<byte> Signature { get; init; }

    /// <summary>The node's certificate, PEM; none in ledgers of old services.</summary>
    public required string? Certificate { get; init; }

    /// <summary>Reads the table's one row.</summary>
    /// <exception cref="FormatException">It is not what CCF writes there.</exception>
    internal static NodeSignature Read(ReadOnlyMemory<byte> row)
    {
        try
        {
            using var json = JsonDocument.Parse(row);
            var signature = json.RootElement;
            if (!Digest.TryParseHex(signature.GetProperty("root").GetString(), out var root))
                throw new FormatException("The signature's root is no SHA-256 digest.");
            return new NodeSignature
            {
                NodeId = signature.GetProperty("node").GetString() ?? "",
                Id = TransactionId.Of(signature.GetProperty("view").GetInt64(), signature.GetProperty("seqno").GetInt64()),
                Root = root,
                Signature = signature.GetProperty("sig").GetBytesFromBase64(),
                Certificate = signature.TryGetProperty("cert", out var cert) ? cert.GetString() : null,
            };
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or KeyNotFoundException
            or ArgumentOutOfRangeException)
        {
            throw new FormatException("The node's signature is not the JSON that CCF writes.", fault);
        }
    }
}
