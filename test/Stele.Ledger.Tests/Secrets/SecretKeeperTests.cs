using System.Text.Json;
using Stele.Cryptography.Sealing;
using Stele.Ledger.Entries;
using Stele.Ledger.Secrets;

namespace Stele.Ledger.Tests.Secrets;

/// <summary>What a ledger gives its nodes, and who can take it.</summary>
public sealed class SecretKeeperTests : IDisposable
{
    private const string NodeId = "a node";
    private readonly LedgerSecret _first = LedgerSecret.Generate();
    private readonly LedgerSecret _second = LedgerSecret.Generate();
    private readonly EncryptionKey _key = EncryptionKey.Generate();
    private readonly EncryptionKey _otherKey = EncryptionKey.Generate();

    public void Dispose()
    {
        _first.Dispose();
        _second.Dispose();
        _key.Dispose();
        _otherKey.Dispose();
    }

    [Fact]
    public void A_node_takes_the_secret_that_seals_what_stands_behind_the_transaction_and_keeps_it_first()
    {
        LedgerSecrets? kept = null;
        var keeper = new SecretKeeper(new LedgerSecrets(_first), NodeId, _key, secrets => kept = secrets);
        var writes = Given((null, _second));

        Assert.Null(kept);
        keeper.Take(new SeqNo(7), writes);
        Assert.Equal([1, 8], kept!.All.Select(secret => secret.Key.Value));
        Assert.Same(_first, keeper.For(new SeqNo(7)));
        Assert.Equal(Bytes(_second), Bytes(keeper.For(new SeqNo(8))));
        Assert.Equal(Bytes(_second), Bytes(keeper.For(new SeqNo(long.MaxValue))));

        kept = null;
        keeper.Take(new SeqNo(7), writes);
        Assert.Null(kept);
    }

    [Fact]
    public void What_was_brought_back_by_a_recovery_names_the_entries_that_it_opens()
    {
        var keeper = new SecretKeeper(
            new LedgerSecrets([KeyValuePair.Create(new SeqNo(48), _second)]), NodeId, _key, _ => { });
        Assert.Equal(47, Assert.Throws<SecretUnknownException>(() => keeper.For(new SeqNo(47))).SeqNo.Value);
        keeper.Take(new SeqNo(52), Given((SeqNo.First, _first)));
        Assert.Equal(Bytes(_first), Bytes(keeper.For(new SeqNo(47))));
        Assert.Same(_second, keeper.For(new SeqNo(53)));
    }

    [Fact]
    public void What_the_disk_does_not_keep_is_not_taken()
    {
        var keeper = new SecretKeeper(new LedgerSecrets(_first), NodeId, _key, _ => throw new IOException("no room"));
        Assert.Throws<IOException>(() => keeper.Take(new SeqNo(7), Given((null, _second))));
        Assert.Same(_first, keeper.For(new SeqNo(8)));
    }

    [Fact]
    public void What_is_given_to_another_node_is_of_no_use()
    {
        var writes = Given((null, _second));
        var other = new SecretKeeper(new LedgerSecrets(_first), "another node", _otherKey, _ => { });
        other.Take(new SeqNo(7), writes);
        Assert.Single(other.Known.All);
        var impostor = new SecretKeeper(new LedgerSecrets(_first), NodeId, _otherKey, _ => { });
        Assert.Throws<FormatException>(() => impostor.Take(new SeqNo(7), writes));
        Assert.Single(impostor.Known.All);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("""{"a node":{}}""")]
    [InlineData("""{"a node":[{"version":null}]}""")]
    [InlineData("""{"a node":[{"encrypted_secret":"AAAA","version":null}]}""")]
    [InlineData("""{"a node":[{"encrypted_secret":5,"version":"x"}]}""")]
    [InlineData("{")]
    public void A_row_that_is_none_is_refused_by_the_one_documented_exception(string row)
    {
        var writes = new WriteSet();
        writes.Put(SecretDelivery.Table, TableNames.SingleKey, System.Text.Encoding.UTF8.GetBytes(row));
        Assert.Throws<FormatException>(() => SecretDelivery.Read(writes, new SeqNo(7), NodeId, _key));
    }

    [Fact]
    public void The_version_cannot_be_exchanged()
    {
        var writes = Given((new SeqNo(5), _second));
        writes.TryGet(SecretDelivery.Table, TableNames.SingleKey.Span, out var row);
        var moved = System.Text.Encoding.UTF8.GetString(row.Span).Replace("\"version\":5", "\"version\":6", StringComparison.Ordinal);
        JsonDocument.Parse(moved).Dispose();
        var other = new WriteSet();
        other.Put(SecretDelivery.Table, TableNames.SingleKey, System.Text.Encoding.UTF8.GetBytes(moved));
        Assert.Throws<FormatException>(() => SecretDelivery.Read(other, new SeqNo(7), NodeId, _key));
    }

    [Fact]
    public void Secrets_are_kept_and_read_back()
    {
        using var secrets = new LedgerSecrets([KeyValuePair.Create(new SeqNo(9), _second), KeyValuePair.Create(SeqNo.First, _first)]);
        var bytes = LedgerSecretsFormat.Write(secrets);
        using var read = LedgerSecretsFormat.Read(bytes);
        Assert.Equal(secrets.All.Select(one => (one.Key, Bytes(one.Value))), read.All.Select(one => (one.Key, Bytes(one.Value))));
        Assert.Throws<FormatException>(() => LedgerSecretsFormat.Read(bytes.AsSpan(1)));
        Assert.Throws<FormatException>(() => LedgerSecretsFormat.Read([.. bytes, .. bytes]));
        Assert.Throws<FormatException>(() => LedgerSecretsFormat.Read([]));
        using var alone = LedgerSecretsFormat.Read(Convert.FromHexString(Bytes(_first)));
        Assert.Equal(Bytes(_first), Bytes(alone.For(SeqNo.First)!));
    }

    private static string Bytes(LedgerSecret secret)
    {
        var bytes = new byte[LedgerSecret.Size];
        secret.CopyTo(bytes);
        return Convert.ToHexString(bytes);
    }

    private WriteSet Given(params (SeqNo? From, LedgerSecret Secret)[] secrets)
    {
        var writes = new WriteSet();
        writes.Put(SecretDelivery.Table, TableNames.SingleKey, SecretDelivery.Write([(NodeId, _key.PublicKeyPem)], secrets));
        return writes;
    }
}
