using Stele.Cryptography.Sealing;
using Stele.Ledger.Entries;
using Stele.Ledger.Snapshots;

namespace Stele.Ledger.Tests.Snapshots;

/// <summary>Snapshots of real CCF services of several versions, with the ledgers that they were taken of.</summary>
public sealed class RealSnapshotTests
{
    public static TheoryData<string, string> All => new()
    {
        { "ccf-ledgers/expired_service", "snapshot_61_62.committed" },
        { "ccf-ledgers/sgx_service", "snapshot_99_100.committed" },
        { "ccf-ledgers/sgx_service", "snapshot_138_139.committed" },
        { "ccf-live/vec", "snapshot_7_8.committed" },
        { "ccf-live/vec", "snapshot_43_44.committed" },
        { "ccf-live/rec", "snapshot_55_56.committed" },
    };

    [Theory]
    [MemberData(nameof(All))]
    public void It_says_what_its_ledger_says(string service, string file)
    {
        var snapshot = new RealSnapshot(service, file);
        var said = snapshot.Contents();
        var replayed = snapshot.Replay();
        Assert.Equal(replayed.Leaf, said.Leaf);
        Assert.Equal(replayed.ViewHistory, said.ViewHistory);
        // CCF notes tables too that were only ever looked at: at version 0, without rows.
        Assert.Equal(Text(replayed), Text(said with { Tables = [.. said.Tables.Where(table => table.Version > SeqNo.None)] }));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Its_contents_written_again_give_its_bytes(string service, string file)
    {
        var snapshot = new RealSnapshot(service, file);
        var contents = snapshot.Contents();
        using var other = LedgerSecret.Generate();
        var written = SnapshotWriter.Write(Shuffled(contents), snapshot.Secret ?? other);
        if (snapshot.Secret is not null) Assert.Equal(snapshot.Entry, written);
        else Assert.Equal(PublicDomain(snapshot.Entry), PublicDomain(written));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Its_tree_goes_on_as_the_ledger_does(string service, string file)
    {
        var snapshot = new RealSnapshot(service, file);
        var tree = snapshot.Contents().Tree();
        var next = snapshot.Ledger().SkipWhile(entry => entry.Id.SeqNo <= snapshot.Contents().SeqNo);
        foreach (var entry in next)
        {
            if (Signatures.SignatureRecord.TryRead(entry, out var signature))
            {
                Assert.Equal(signature.Node!.Root, tree.Root);
                return;
            }
            tree.Append(entry.Leaf);
        }
        Assert.Fail("No signature follows the snapshot.");
    }

    [Fact]
    public void Another_secret_does_not_open_it()
    {
        using var other = LedgerSecret.Generate();
        var snapshot = SnapshotReader.Parse(new RealSnapshot("ccf-live/vec", "snapshot_43_44.committed").Entry);
        Assert.True(snapshot.HasPrivateTables);
        Assert.False(snapshot.TryOpen(other, out _));
    }

    private static SnapshotContents Shuffled(SnapshotContents contents) => contents with
    {
        Tables = [.. contents.Tables.Reverse().Select(table => table with { Rows = [.. table.Rows.Reverse()] })],
    };

    private static byte[] PublicDomain(byte[] entry) =>
        entry[EntryFormat.PublicOffset..(EntryFormat.PublicOffset + (int)BitConverter.ToInt64(entry, EntryFormat.PublicSizeOffset))];

    private static string Text(SnapshotContents contents) => string.Join('\n',
        from table in contents.Tables.OrderBy(table => table.Name.Value, StringComparer.Ordinal)
        from line in table.Rows.Select(Text).Order(StringComparer.Ordinal).Prepend($"{table.Name} {table.Version}")
        select line);

    private static string Text(SnapshotRow row) =>
        $"  {Convert.ToHexString(row.Key.Span)} {row.Version} {(row.Value is { } value ? Convert.ToHexString(value.Span) : "removed")}";
}
