using System.Security.Cryptography;
using System.Text;
using Stele.Cryptography.Sealing;
using Stele.Governance.Audit;
using Stele.Governance.Tokens;
using Stele.Ledger.Entries;
using Stele.Ledger.Tables;
using Stele.Ledger.Transactions;

namespace Stele.Governance.Tests;

/// <summary>The keys of issuers of tokens in the tables, and who may change them.</summary>
public sealed class IssuerKeyTests
{
    private const string Fetched = "https://fetched.example";
    private const string Fixed = "https://fixed.example";
    private static readonly TransactionId Id = new(new View(2), new SeqNo(9));
    private LedgerTables _tables = LedgerTables.Empty;

    public IssuerKeyTests()
    {
        SetIssuer(Fetched, """{"auto_refresh":true}""");
        SetIssuer(Fixed, "{}");
    }

    [Fact]
    public void A_key_id_may_be_of_several_issuers_and_each_changes_its_own_alone()
    {
        var (mine, theirs) = (NewKey("same"), NewKey("same"));
        Set(Fixed, theirs);
        Set(Fetched, mine, NewKey("more"));
        Assert.Equal(2, TokenKeyTable.Of(_tables, Fetched).Count);
        Assert.Equal(theirs.PublicKey.ToArray(), Assert.Single(TokenKeyTable.Of(_tables, Fixed)).PublicKey.ToArray());
        Assert.Empty(TokenKeyTable.Changes(_tables, Fetched, TokenKeyTable.Of(_tables, Fetched)));
        Set(Fetched);
        Assert.Empty(TokenKeyTable.Of(_tables, Fetched));
        Assert.Single(TokenKeyTable.Of(_tables, Fixed));
        Set(Fixed);
        Assert.Empty(_tables.Rows(GovernanceTables.JwtKeys));
    }

    [Fact]
    public void What_was_fetched_is_recorded_only_where_members_want_it_fetched()
    {
        using var secret = LedgerSecret.Generate();
        foreach (var (issuer, expected) in ((string, bool)[])[(Fetched, true), (Fixed, false), ("https://unknown.example", false)])
        {
            var transaction = new Transaction(Id, _tables, secret);
            Assert.Equal(expected, new SetIssuerKeys(issuer, [NewKey("k")]).Execute(transaction));
            Assert.Equal(expected, !transaction.Writes.IsEmpty);
        }
    }

    [Fact]
    public void An_audit_finds_a_service_that_changes_keys_which_members_have_set()
    {
        Set(Fixed, NewKey("same"));
        Set(Fetched, NewKey("same"));
        Assert.IsType<GovernanceEvent.WrittenByService>(Judge(TokenKeyTable.Changes(_tables, Fetched, [NewKey("same"), NewKey("new")])));
        Assert.IsType<GovernanceEvent.WrittenByService>(Judge(TokenKeyTable.Changes(_tables, Fetched, [])));
        Assert.IsType<GovernanceEvent.Unexplained>(Judge(TokenKeyTable.Changes(_tables, Fixed, [NewKey("same")])));
        Assert.IsType<GovernanceEvent.Unexplained>(Judge(TokenKeyTable.Changes(_tables, Fixed, [])));
        Assert.IsType<GovernanceEvent.Unexplained>(Judge([new KeyWrite("same"u8.ToArray(), Value: null)]));
    }

    private static TokenKey NewKey(string id)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new TokenKey(id, key.ExportSubjectPublicKeyInfo());
    }

    private static WriteSet WritesOf(IEnumerable<KeyWrite> changes)
    {
        var writes = new WriteSet();
        foreach (var change in changes)
        {
            if (change.Value is { } value) writes.Put(GovernanceTables.JwtKeys, change.Key, value);
            else writes.Remove(GovernanceTables.JwtKeys, change.Key);
        }
        return writes;
    }

    private void SetIssuer(string name, string row)
    {
        var writes = new WriteSet();
        writes.Put(GovernanceTables.JwtIssuers, Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(row));
        _tables = _tables.With(writes, Id.SeqNo);
    }

    private void Set(string issuer, params TokenKey[] keys) =>
        _tables = _tables.With(WritesOf(TokenKeyTable.Changes(_tables, issuer, keys)), Id.SeqNo);

    private GovernanceEvent? Judge(IReadOnlyList<KeyWrite> changes)
    {
        var replay = new GovernanceReplay(TimeProvider.System, CancellationToken.None);
        var all = new WriteSet();
        foreach (var table in _tables.All)
            foreach (var row in table.Rows) all.Put(table.Name, row.Key, row.Value.Value);
        replay.Accept(Id, all, default);
        return replay.Accept(new TransactionId(Id.View, Id.SeqNo.Next), WritesOf(changes), default);
    }
}
