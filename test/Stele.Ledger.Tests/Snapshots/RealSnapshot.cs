using Stele.Cryptography.Sealing;
using Stele.Ledger.Entries;
using Stele.Ledger.Snapshots;
using Stele.Ledger.Tables;
using Stele.Ledger.Tests.Vectors;

namespace Stele.Ledger.Tests.Snapshots;

/// <summary>A snapshot that a real CCF service wrote, with its ledger.</summary>
internal sealed record RealSnapshot(string Service, string FileName)
{
    public byte[] File { get; } =
        System.IO.File.ReadAllBytes(SharedVectors.Require($"vectors/{Service}/snapshots/{FileName}"));

    public byte[] Entry => File[..LedgerEntry.SizeOf(File)];

    /// <summary>The secret in force at its seqno, where the ledger's secrets are known.</summary>
    public LedgerSecret? Secret =>
        Service.StartsWith("ccf-live/", StringComparison.Ordinal)
            ? RealLedger.Secrets(Service["ccf-live/".Length..]).For(SnapshotReader.Parse(Entry).Public.SeqNo)
            : null;

    /// <summary>All that it says, or what it says in clear where its secret is not known.</summary>
    public SnapshotContents Contents()
    {
        var snapshot = SnapshotReader.Parse(Entry);
        if (Secret is not { } secret) return snapshot.Public;
        Assert.True(snapshot.TryOpen(secret, out var contents));
        return contents;
    }

    public IEnumerable<LedgerEntry> Ledger() => RealLedger.Entries(SharedVectors.Require($"vectors/{Service}/ledger"));

    /// <summary>What the ledger says after the snapshot's last entry, with private writes where they can be opened.</summary>
    public SnapshotContents Replay()
    {
        var seqno = SnapshotReader.Parse(Entry).Public.SeqNo;
        var secrets = Secret is null ? null : RealLedger.Secrets(Service["ccf-live/".Length..]);
        var tables = LedgerTables.Empty;
        var views = new List<SeqNo>();
        foreach (var entry in Ledger().TakeWhile(entry => entry.Id.SeqNo <= seqno))
        {
            while (views.Count < entry.Id.View.Value) views.Add(entry.Id.SeqNo);
            tables = tables.With(entry.PublicWrites, entry.Id.SeqNo);
            if (secrets?.For(entry.Id.SeqNo) is { } secret && entry.TryOpen(secret, out var writes))
                tables = tables.With(writes, entry.Id.SeqNo);
        }
        var last = Ledger().Single(entry => entry.Id.SeqNo == seqno);
        return SnapshotContents.Of(tables, seqno, last.Leaf, last.PublicWrites, views);
    }
}
