using Stele.Cryptography.Certificates;
using Stele.Cryptography.Cose;
using Stele.Governance.Recovery;
using Stele.Ledger.Entries;
using Stele.Ledger.Tables;
using Stele.Replication;
using Stele.Server.Home;

namespace Stele.Server.Recovering;

/// <summary>
/// The certificates by which a receipt that an earlier service signed leads to the present one's certificate: the present
/// service endorses the earlier one's key, whatever services were between them.
/// </summary>
internal sealed class ReceiptEndorsements(LedgerNode node, LedgerHome home, TimeProvider time)
{
    private volatile Known? _known;

    /// <summary>The certificates for the receipt of an entry, PEM; none where the present service signed it.</summary>
    /// <exception cref="FormatException">The ledger's chain of services is broken.</exception>
    public IReadOnlyList<string> For(SeqNo seqno)
    {
        var tables = node.Tables;
        if (!tables.TryGet(EarlierServices.Endorsements, TableNames.SingleKey, out var row)) return [];
        var known = _known;
        if (known is null || !known.Row.Equals(row)) _known = known = new Known(row, Endorse(tables));
        // What a service wrote it has signed: the ledger was cut behind its last signature.
        foreach (var (last, certificate) in known.Services)
            if (seqno <= last) return certificate;
        return [];
    }

    private IReadOnlyList<(SeqNo Last, IReadOnlyList<string> Certificate)> Endorse(LedgerTables tables) =>
        [.. EarlierServices.Read(tables, Writes).Reverse().Select(service => (service.End!.Value.Id.SeqNo, Endorse(service)))];

    private IReadOnlyList<string> Endorse(ServiceEndorsement service)
    {
        using var certificate = CertificateAuthority.EndorsePrevious(
            home.ServiceCertificate, home.ServiceKey, service.PublicKey.Span, time.GetUtcNow());
        return [certificate.ExportCertificatePem() + "\n"];
    }

    private WriteSet Writes(SeqNo seqno) => node.EntryBytes(seqno) is { } bytes
        ? LedgerEntry.Parse(bytes).PublicWrites
        : throw new FormatException($"Entry {seqno} is missing.");

    private sealed record Known(ReadOnlyMemory<byte> Row, IReadOnlyList<(SeqNo Last, IReadOnlyList<string> Certificate)> Services);
}
