using Stele.Cryptography.Cose;
using Stele.Ledger.Entries;
using Stele.Ledger.Tables;

namespace Stele.Governance.Recovery;

/// <summary>The services that a ledger had before its present one, as each of them was endorsed by the next.</summary>
public static class EarlierServices
{
    /// <summary>The table of the newest endorsement; those before it stand in the ledger.</summary>
    public static readonly TableName Endorsements = new("public:ccf.internal.previous_service_identity_endorsement");

    /// <summary>The root that the service before signed last, in hexadecimal, as a JSON string.</summary>
    public static readonly TableName LastSignedRoot = new("public:ccf.internal.previous_service_last_signed_root");

    /// <summary>By what the last recovery opened the ledger's secrets, as a JSON string.</summary>
    public static readonly TableName LastRecoveryType = new("public:ccf.internal.last_recovery_type");

    // A ledger is recovered now and then in its life.
    private const int Max = 1000;

    /// <summary>The newest endorsement, and where it stands; null where the ledger has none.</summary>
    /// <exception cref="FormatException">What it has is none.</exception>
    public static (SeqNo At, EndorsementRow Row)? Newest(LedgerTables tables)
    {
        if (!tables.TryGet(Endorsements, TableNames.SingleKey, out var row)) return null;
        return (tables.All.First(table => table.Name == Endorsements).Version, EndorsementRow.Parse(row));
    }

    /// <summary>The earlier services, the last one first; none where the ledger has had one service only.</summary>
    /// <param name="tables">What the ledger says.</param>
    /// <param name="read">What a transaction wrote to public tables.</param>
    /// <exception cref="FormatException">The chain of endorsements is broken.</exception>
    public static IReadOnlyList<ServiceEndorsement> Read(LedgerTables tables, Func<SeqNo, WriteSet> read)
    {
        var services = new List<ServiceEndorsement>();
        if (Newest(tables) is not var (at, row)) return services;
        while (row is not null)
        {
            var endorsement = row.Verify();
            if (endorsement.End is null) break;
            services.Add(endorsement);
            if (row.PreviousAt is not { } before) break;
            if (before >= at || services.Count > Max) throw Broken(at);
            (at, row) = (before, RowAt(before, read));
            if (!row.EndorsingKey.Span.SequenceEqual(endorsement.PublicKey.Span)) throw Broken(at);
        }
        return services;
    }

    private static EndorsementRow RowAt(SeqNo seqno, Func<SeqNo, WriteSet> read) =>
        read(seqno) is { } writes
        && writes.Find(Endorsements) is not null && writes.TryGet(Endorsements, TableNames.SingleKey.Span, out var row)
            ? EndorsementRow.Parse(row)
            : throw Broken(seqno);

    private static FormatException Broken(SeqNo seqno) => new($"The chain of the ledger's services is broken at entry {seqno}.");
}
