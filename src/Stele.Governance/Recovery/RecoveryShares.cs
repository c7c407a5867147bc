using System.Collections.Immutable;
using System.Text.Json;
using Stele.Ledger.Entries;
using Stele.Ledger.Tables;

namespace Stele.Governance.Recovery;

/// <summary>
/// The newest ledger secret, wrapped by a key that members have in shares (CCF's <c>public:ccf.internal.recovery_shares</c>).
/// </summary>
/// <param name="WrappedSecret">The secret: see <see cref="Cryptography.Sharing.SharedKey.Wrap"/>.</param>
/// <param name="Shares">Each member's share, by the member's id, sealed to the member's encryption key.</param>
/// <param name="LinkedAt">Where the ledger has the link of the secret to the one before; null where it was not said.</param>
/// <remarks>
/// JSON: <c>{"encrypted_shares": {memberId: base64}, "previous_secret_stored_version"?, "wrapped_latest_ledger_secret"}</c>, byte
/// by byte as CCF writes it.
/// </remarks>
public sealed record RecoveryShares(
    ReadOnlyMemory<byte> WrappedSecret, ImmutableSortedDictionary<string, ReadOnlyMemory<byte>> Shares, SeqNo? LinkedAt = null)
{
    private const string SecretName = "wrapped_latest_ledger_secret";
    private const string SharesName = "encrypted_shares";
    private const string LinkedAtName = "previous_secret_stored_version";

    /// <summary>The table.</summary>
    public static readonly TableName Table = new("public:ccf.internal.recovery_shares");

    /// <summary>What the ledger has; null where shares have not been issued.</summary>
    /// <exception cref="FormatException">What it has is none.</exception>
    public static RecoveryShares? Find(LedgerTables tables) =>
        tables.TryGet(Table, TableNames.SingleKey, out var row) ? Parse(row) : null;

    /// <summary>Reads a row.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static RecoveryShares Parse(ReadOnlyMemory<byte> row)
    {
        try
        {
            using var json = JsonDocument.Parse(row);
            var shares = json.RootElement.GetProperty(SharesName).EnumerateObject().Select(
                share => KeyValuePair.Create(share.Name, (ReadOnlyMemory<byte>)share.Value.GetBytesFromBase64()));
            return new RecoveryShares(
                json.RootElement.GetProperty(SecretName).GetBytesFromBase64(),
                ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, shares), LinkedAtOf(json.RootElement));
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentException)
        {
            throw new FormatException("The recovery shares are not in the JSON that CCF writes.", fault);
        }
    }

    /// <summary>The row.</summary>
    public byte[] ToRow() => Json.Write(json =>
    {
        json.WriteStartObject();
        json.WriteStartObject(SharesName);
        foreach (var (member, share) in Shares) json.WriteBase64String(member, share.Span);
        json.WriteEndObject();
        if (LinkedAt is { } linkedAt) json.WriteNumber(LinkedAtName, linkedAt.Value);
        json.WriteBase64String(SecretName, WrappedSecret.Span);
        json.WriteEndObject();
    });

    private static SeqNo? LinkedAtOf(JsonElement row) =>
        row.TryGetProperty(LinkedAtName, out var number) && number.ValueKind == JsonValueKind.Number ? new SeqNo(number.GetInt64()) : null;
}
