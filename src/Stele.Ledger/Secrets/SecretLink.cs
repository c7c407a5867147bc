using System.Buffers;
using System.Text.Json;
using Stele.Cryptography.Sealing;
using Stele.Ledger.Entries;
using Stele.Ledger.Tables;

namespace Stele.Ledger.Secrets;

/// <summary>
/// A link of the chain by which each ledger secret opens the one before it (CCF's
/// <c>public:ccf.internal.historical_encrypted_ledger_secret</c>).
/// </summary>
/// <param name="Previous">The secret before, sealed under the one that the link belongs to; null where there is none.</param>
/// <param name="From">The first seqno that the link's own secret seals; null for the one behind the link's transaction.</param>
/// <remarks>
/// JSON: <c>{"next_version"?, "previous_ledger_secret"?: {"encrypted_data", "previous_secret_stored_version"?, "version"}}</c>,
/// byte by byte as CCF writes it.
/// </remarks>
public sealed record SecretLink(SealedSecret? Previous, SeqNo? From)
{
    private const string FromName = "next_version";
    private const string PreviousName = "previous_ledger_secret";
    private const string SealedName = "encrypted_data";
    private const string LinkedAtName = "previous_secret_stored_version";
    private const string VersionName = "version";

    /// <summary>The table.</summary>
    public static readonly TableName Table = new("public:ccf.internal.historical_encrypted_ledger_secret");

    /// <summary>Where the newest link stands; null where the ledger has none.</summary>
    public static SeqNo? NewestIn(LedgerTables tables) => tables.All.FirstOrDefault(table => table.Name == Table)?.Version;

    /// <summary>The link to a secret that a new one follows.</summary>
    /// <param name="secret">The new one.</param>
    /// <param name="before">The one before it, and the first seqno that it seals.</param>
    /// <param name="linkedAt">Where the link of the one before stands; null where it has none.</param>
    public static SecretLink To(LedgerSecret secret, KeyValuePair<SeqNo, LedgerSecret> before, SeqNo? linkedAt) =>
        new(SealedSecret.Of(before, linkedAt, under: secret), From: null);

    /// <summary>The link that a transaction wrote; null where it wrote none.</summary>
    /// <exception cref="FormatException">What it wrote is no link.</exception>
    public static SecretLink? Read(WriteSet writes) =>
        writes.Find(Table) is not null && writes.TryGet(Table, TableNames.SingleKey.Span, out var row) ? Parse(row) : null;

    /// <summary>Reads a row.</summary>
    /// <exception cref="FormatException">It is no link.</exception>
    public static SecretLink Parse(ReadOnlyMemory<byte> row)
    {
        try
        {
            using var json = JsonDocument.Parse(row);
            return new SecretLink(PreviousOf(json.RootElement), SeqNoOf(json.RootElement, FromName));
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException
            or ArgumentOutOfRangeException)
        {
            throw new FormatException("The chain of the ledger's secrets is not in the JSON that CCF writes.", fault);
        }
    }

    /// <summary>The row.</summary>
    public byte[] ToRow()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (From is { } from) json.WriteNumber(FromName, from.Value);
            if (Previous is not null) WritePrevious(json, Previous);
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    private static void WritePrevious(Utf8JsonWriter json, SealedSecret previous)
    {
        json.WriteStartObject(PreviousName);
        json.WriteBase64String(SealedName, previous.Sealed.Span);
        if (previous.LinkedAt is { } linkedAt) json.WriteNumber(LinkedAtName, linkedAt.Value);
        json.WriteNumber(VersionName, previous.From.Value);
        json.WriteEndObject();
    }

    private static SealedSecret? PreviousOf(JsonElement row) =>
        row.TryGetProperty(PreviousName, out var previous) && previous.ValueKind != JsonValueKind.Null
            ? new SealedSecret(
                previous.GetProperty(SealedName).GetBytesFromBase64(), new SeqNo(previous.GetProperty(VersionName).GetInt64()),
                SeqNoOf(previous, LinkedAtName))
            : null;

    private static SeqNo? SeqNoOf(JsonElement row, string name) =>
        row.TryGetProperty(name, out var number) && number.ValueKind != JsonValueKind.Null ? new SeqNo(number.GetInt64()) : null;
}
