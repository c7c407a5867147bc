using Stele.Cryptography.Sealing;
using Stele.Ledger.Entries;
using Stele.Ledger.Secrets;
using Stele.Ledger.Tables;

namespace Stele.Ledger.Tests.Vectors;

/// <summary>The chain by which a real CCF service's newest secret opens all before it.</summary>
public sealed class SecretChainTests
{
    private const long NewestLink = 54;

    private readonly Dictionary<SeqNo, LedgerEntry> _entries =
        RealLedger.Entries(SharedVectors.Require("vectors/ccf-live/rec/ledger")).ToDictionary(entry => entry.Id.SeqNo);

    [Fact]
    public void The_newest_secret_opens_all_others()
    {
        using var known = RealLedger.Secrets("rec");
        var tables = _entries.Values.Aggregate(LedgerTables.Empty, (before, entry) => before.With(entry.PublicWrites, entry.Id.SeqNo));
        var linkedAt = SecretLink.NewestIn(tables);
        Assert.Equal(new SeqNo(NewestLink), linkedAt);
        using var opened = SecretChain.Open(known.All[^1].Value, linkedAt!.Value, Read);
        Assert.Equal(known.All.Select(secret => secret.Key), opened.All.Select(secret => secret.Key));
        Assert.All(_entries.Values, entry => Assert.True(entry.TryOpen(opened.For(entry.Id.SeqNo)!, out _)));
    }

    [Fact]
    public void A_service_that_never_had_another_secret_has_a_chain_of_one()
    {
        using var known = RealLedger.Secrets("rec");
        using var opened = SecretChain.Open(known.All[0].Value, new SeqNo(6), Read);
        Assert.Equal([SeqNo.First], opened.All.Select(secret => secret.Key));
    }

    [Fact]
    public void Another_secret_opens_nothing()
    {
        using var other = LedgerSecret.Generate();
        Assert.Throws<FormatException>(() => SecretChain.Open(other, new SeqNo(NewestLink), Read));
    }

    [Theory]
    [InlineData(7)] // no link
    [InlineData(1_000)] // no entry
    public void A_chain_that_does_not_lead_to_the_first_entry_is_refused(long linkedAt)
    {
        using var known = RealLedger.Secrets("rec");
        Assert.Throws<FormatException>(() => SecretChain.Open(known.All[^1].Value, new SeqNo(linkedAt), Read));
    }

    [Fact]
    public void A_chain_that_turns_in_a_circle_is_refused()
    {
        using var first = LedgerSecret.Generate();
        using var second = LedgerSecret.Generate();
        var link = SecretLink.To(second, KeyValuePair.Create(new SeqNo(5), first), linkedAt: new SeqNo(20));
        Assert.Throws<FormatException>(() => SecretChain.Open(second, new SeqNo(20), _ => Writes(link)));
    }

    [Fact]
    public void Links_are_written_as_ccf_writes_them()
    {
        var rows = _entries.Values.Select(entry => entry.WritesTo(SecretLink.Table)).OfType<TableWrites>().ToList();
        Assert.Equal(3, rows.Count);
        Assert.All(rows, row => Assert.Equal(row.Writes[0].Value!.Value, SecretLink.Parse(row.Writes[0].Value!.Value).ToRow()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"previous_ledger_secret":{"encrypted_data":"AA=="}}""")]
    [InlineData("""{"previous_ledger_secret":{"encrypted_data":"?","version":1}}""")]
    [InlineData("""{"next_version":-1}""")]
    [InlineData("""{"next_version":"x"}""")]
    public void What_is_no_link_is_refused(string row) =>
        Assert.Throws<FormatException>(() => SecretLink.Parse(System.Text.Encoding.UTF8.GetBytes(row)));

    private WriteSet Read(SeqNo seqno) => _entries.TryGetValue(seqno, out var entry) ? entry.PublicWrites : new WriteSet();

    private static WriteSet Writes(SecretLink link)
    {
        var writes = new WriteSet();
        writes.Put(SecretLink.Table, TableNames.SingleKey, link.ToRow());
        return writes;
    }
}
