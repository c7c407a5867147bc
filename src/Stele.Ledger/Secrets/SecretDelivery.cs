using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Stele.Cryptography.Sealing;
using Stele.Ledger.Entries;

namespace Stele.Ledger.Secrets;

/// <summary>
/// The row by which a ledger gives its nodes a new secret, or older ones that a recovery has brought back: each sealed to each
/// node's encryption key (CCF's <c>public:ccf.internal.encrypted_ledger_secrets</c>).
/// </summary>
/// <remarks>
/// JSON: node id to a list of <c>encrypted_secret</c> (base64) and <c>version</c>, the first seqno that it seals; null for the
/// one behind the transaction. CCF seals with RSA-OAEP; here it is <see cref="EncryptionKey"/>, with the node's id and the
/// version authenticated along.
/// </remarks>
public static class SecretDelivery
{
    /// <summary>The table.</summary>
    public static readonly TableName Table = new("public:ccf.internal.encrypted_ledger_secrets");

    // A ledger is given a new secret now and then by its members' vote.
    private const int SecretsMax = 10_000;

    /// <summary>The row that gives secrets to nodes.</summary>
    /// <param name="nodes">Each node's id and encryption key, PEM.</param>
    /// <param name="secrets">The secrets, each with the first seqno that it seals; none for the one behind the transaction.</param>
    /// <exception cref="FormatException">A node's key is no encryption key.</exception>
    public static byte[] Write(
        IEnumerable<(string NodeId, string EncryptionKey)> nodes, IReadOnlyList<(SeqNo? From, LedgerSecret Secret)> secrets)
    {
        var row = new JsonObject();
        foreach (var (nodeId, key) in nodes)
            row[nodeId] = new JsonArray([.. secrets.Select(secret => Sealed(nodeId, key, secret.From, secret.Secret))]);
        return Encoding.UTF8.GetBytes(row.ToJsonString());
    }

    /// <summary>What a transaction gives to a node.</summary>
    /// <param name="writes">What the transaction wrote.</param>
    /// <param name="at">Its seqno.</param>
    /// <param name="nodeId">The node.</param>
    /// <param name="key">The node's encryption key.</param>
    /// <returns>The secrets; none where it gives none to this node.</returns>
    /// <exception cref="FormatException">What it gives is not what such a row holds.</exception>
    public static IReadOnlyList<KeyValuePair<SeqNo, LedgerSecret>> Read(WriteSet writes, SeqNo at, string nodeId, EncryptionKey key)
    {
        if (writes.Find(Table) is null || !writes.TryGet(Table, TableNames.SingleKey.Span, out var row)) return [];
        try
        {
            using var json = JsonDocument.Parse(row);
            if (!json.RootElement.TryGetProperty(nodeId, out var own)) return [];
            if (own.GetArrayLength() > SecretsMax) throw new FormatException($"More than {SecretsMax} secrets are given at once.");
            return [.. own.EnumerateArray().Select(one => Open(one, at, nodeId, key))];
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException("The ledger's new secret is not given by the JSON that CCF writes.", fault);
        }
    }

    private static JsonObject Sealed(string nodeId, string key, SeqNo? from, LedgerSecret secret)
    {
        Span<byte> plaintext = stackalloc byte[LedgerSecret.Size];
        secret.CopyTo(plaintext);
        try
        {
            return new JsonObject
            {
                ["encrypted_secret"] = Convert.ToBase64String(EncryptionKey.Seal(key, plaintext, AssociatedData(nodeId, from))),
                ["version"] = from?.Value,
            };
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plaintext);
        }
    }

    private static KeyValuePair<SeqNo, LedgerSecret> Open(JsonElement one, SeqNo at, string nodeId, EncryptionKey key)
    {
        var version = one.GetProperty("version");
        SeqNo? from = version.ValueKind == JsonValueKind.Null ? null : new SeqNo(version.GetInt64());
        var plaintext = key.Open(one.GetProperty("encrypted_secret").GetBytesFromBase64(), AssociatedData(nodeId, from));
        try
        {
            if (plaintext.Length != LedgerSecret.Size) throw new FormatException($"A ledger secret has {LedgerSecret.Size} bytes.");
            return KeyValuePair.Create(from ?? at.Next, new LedgerSecret(plaintext));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plaintext);
        }
    }

    private static byte[] AssociatedData(string nodeId, SeqNo? from)
    {
        var bytes = new byte[Encoding.ASCII.GetByteCount(nodeId) + sizeof(long)];
        Encoding.ASCII.GetBytes(nodeId, bytes);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(bytes.Length - sizeof(long)), from?.Value ?? 0);
        return bytes;
    }
}
