using System.Text;
using System.Text.Json;
using Stele.Ledger.Entries;
using Stele.Ledger.Tables;

namespace Stele.Governance.Tokens;

/// <summary>
/// The keys that tokens are signed with, as CCF has them: a row for each key id, which several issuers may use, with the public
/// keys as DER in base64: <c>[{"issuer","public_key"}]</c>.
/// </summary>
public static class TokenKeyTable
{
    /// <summary>The row of a key id; it changes with the keys, and stays the same bytes in memory while they do not.</summary>
    public static bool TryGetRow(LedgerTables tables, string keyId, out ReadOnlyMemory<byte> row) =>
        tables.TryGet(GovernanceTables.JwtKeys, Encoding.UTF8.GetBytes(keyId), out row);

    /// <summary>The keys of a row, with their issuers.</summary>
    /// <exception cref="FormatException">The row is none of keys.</exception>
    public static IReadOnlyList<(string Issuer, TokenKey Key)> ReadRow(string keyId, ReadOnlyMemory<byte> row)
    {
        try
        {
            return [.. JsonSerializer.Deserialize<JsonElement>(row.Span).EnumerateArray().Select(one => (
                one.GetProperty("issuer").GetString()!,
                new TokenKey(keyId, one.GetProperty("public_key").GetBytesFromBase64())))];
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new FormatException("The row is none of keys for tokens.", fault);
        }
    }

    /// <summary>The keys of an issuer.</summary>
    /// <exception cref="FormatException">A row is none of keys.</exception>
    public static IReadOnlyList<TokenKey> Of(LedgerTables tables, string issuer) =>
    [
        .. tables.Rows(GovernanceTables.JwtKeys)
            .SelectMany(row => ReadRow(Encoding.UTF8.GetString(row.Key.Span), row.Value))
            .Where(one => one.Issuer == issuer).Select(one => one.Key),
    ];

    /// <summary>The writes to the table after which an issuer has these keys and no others; none where it has them already.</summary>
    /// <exception cref="FormatException">A row is none of keys.</exception>
    public static IReadOnlyList<KeyWrite> Changes(LedgerTables tables, string issuer, IReadOnlyList<TokenKey> keys)
    {
        var writes = new List<KeyWrite>();
        var before = Of(tables, issuer).ToDictionary(key => key.Id, StringComparer.Ordinal);
        var after = keys.ToDictionary(key => key.Id, StringComparer.Ordinal);
        foreach (var id in before.Keys.Union(after.Keys, StringComparer.Ordinal))
        {
            var (old, now) = (before.GetValueOrDefault(id), after.GetValueOrDefault(id));
            if (old is not null && now is not null && old.PublicKey.Span.SequenceEqual(now.PublicKey.Span)) continue;
            var others = TryGetRow(tables, id, out var row) ? ReadRow(id, row).Where(one => one.Issuer != issuer) : [];
            List<(string Issuer, TokenKey Key)> all = [.. others];
            if (now is not null) all.Add((issuer, now));
            var key = Encoding.UTF8.GetBytes(id);
            writes.Add(all.Count == 0 ? new KeyWrite(key, Value: null) : new KeyWrite(key, Row(all)));
        }
        return writes;
    }

    private static byte[] Row(List<(string Issuer, TokenKey Key)> all) => Json.Write(json =>
    {
        json.WriteStartArray();
        foreach (var (issuer, key) in all)
        {
            json.WriteStartObject();
            json.WriteString("issuer", issuer);
            json.WriteBase64String("public_key", key.PublicKey.Span);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });
}
