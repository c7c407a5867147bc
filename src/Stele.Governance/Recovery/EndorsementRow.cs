using System.Text.Json;
using Stele.Cryptography.Cose;

namespace Stele.Governance.Recovery;

/// <summary>
/// A service's endorsement of the one before it, or of itself where it founded the ledger, as CCF records it in
/// <c>public:ccf.internal.previous_service_identity_endorsement</c>.
/// </summary>
/// <param name="Endorsement">The endorsement: see <see cref="ServiceEndorsement"/>.</param>
/// <param name="EndorsingKey">The key of the service that endorses, SubjectPublicKeyInfo.</param>
/// <param name="Begin">The transaction that created the service that is endorsed.</param>
/// <param name="End">Its last signature transaction; null where it is the present one.</param>
/// <param name="PreviousAt">Where the endorsement before this one stands; null where there is none.</param>
public sealed record EndorsementRow(
    ReadOnlyMemory<byte> Endorsement, ReadOnlyMemory<byte> EndorsingKey, TransactionId Begin, TransactionId? End, SeqNo? PreviousAt)
{
    private const string EndorsementName = "endorsement";
    private const string BeginName = "endorsement_epoch_begin";
    private const string EndName = "endorsement_epoch_end";
    private const string KeyName = "endorsing_key";
    private const string PreviousName = "previous_version";

    /// <summary>Reads a row.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static EndorsementRow Parse(ReadOnlyMemory<byte> row)
    {
        try
        {
            using var json = JsonDocument.Parse(row);
            return new EndorsementRow(
                json.RootElement.GetProperty(EndorsementName).GetBytesFromBase64(),
                json.RootElement.GetProperty(KeyName).GetBytesFromBase64(),
                Id(json.RootElement, BeginName) ?? throw new FormatException("The endorsement does not say where it begins."),
                Id(json.RootElement, EndName),
                json.RootElement.TryGetProperty(PreviousName, out var version) && version.ValueKind == JsonValueKind.Number
                    ? new SeqNo(version.GetInt64()) : null);
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException
            or ArgumentOutOfRangeException)
        {
            throw new FormatException("The service's endorsement is not in the JSON that CCF writes.", fault);
        }
    }

    /// <summary>The endorsement, verified, and the same as the row says.</summary>
    /// <exception cref="FormatException">It is not.</exception>
    public ServiceEndorsement Verify()
    {
        var endorsement = ServiceEndorsement.Read(Endorsement, EndorsingKey.Span);
        return endorsement.Begin == Begin && endorsement.End?.Id == End
            ? endorsement
            : throw new FormatException("The service's endorsement is for other transactions than its row says.");
    }

    /// <summary>The row.</summary>
    public byte[] ToRow() => Json.Write(json =>
    {
        json.WriteStartObject();
        json.WriteBase64String(EndorsementName, Endorsement.Span);
        json.WriteString(BeginName, Begin.ToString());
        if (End is { } end) json.WriteString(EndName, end.ToString());
        json.WriteBase64String(KeyName, EndorsingKey.Span);
        if (PreviousAt is { } previous) json.WriteNumber(PreviousName, previous.Value);
        json.WriteEndObject();
    });

    private static TransactionId? Id(JsonElement row, string name) =>
        !row.TryGetProperty(name, out var text) || text.ValueKind == JsonValueKind.Null ? null
        : TransactionId.TryParse(text.GetString() ?? "", out var id) ? id
        : throw new FormatException("The service's endorsement names a transaction id that is none.");
}
