using Stele.Cryptography.Sealing;
using Stele.Ledger.Secrets;

namespace Stele.Ledger.Tests.Secrets;

/// <summary>Secrets that a node finds in what it copies, and secrets of a ledger's end that was lost.</summary>
public sealed class ForgottenSecretTests
{
    private readonly List<int> _kept = [];

    [Fact]
    public void What_nothing_was_sealed_with_is_forgotten_for_good()
    {
        var keeper = Keeper(1, 10, 20);
        var last = keeper.For(new SeqNo(20));
        keeper.ForgetBehind(new SeqNo(19));
        Assert.Empty(_kept);
        keeper.ForgetBehind(new SeqNo(18));
        keeper.ForgetBehind(new SeqNo(18));
        Assert.Equal([2], _kept);
        Assert.Equal([1, 10], keeper.Known.All.Select(secret => secret.Key.Value));
        Assert.Equal(new byte[LedgerSecret.Size], Bytes(last));
        Assert.NotEqual(new byte[LedgerSecret.Size], Bytes(keeper.For(new SeqNo(20))));
        keeper.ForgetBehind(SeqNo.None);
        Assert.Equal([1], keeper.Known.All.Select(secret => secret.Key.Value));
    }

    [Fact]
    public void What_is_found_is_kept_once()
    {
        var keeper = Keeper(1);
        var first = keeper.Known.All[0].Value;
        var found = new LedgerSecrets(
            [KeyValuePair.Create(SeqNo.First, first.Clone()), KeyValuePair.Create(new SeqNo(10), LedgerSecret.Generate())]);
        keeper.Take(found);
        keeper.Take(new LedgerSecrets([found.All[1]]));
        Assert.Equal([2], _kept);
        Assert.Same(first, keeper.For(new SeqNo(9)));
        Assert.Equal([1, 10], keeper.Known.All.Select(secret => secret.Key.Value));
    }

    [Fact]
    public void Another_secret_from_the_same_seqno_on_is_refused_aloud()
    {
        var keeper = Keeper(1, 10);
        var before = keeper.Known;
        var fault = Assert.Throws<FormatException>(() => keeper.Take(Of(10)));
        Assert.Contains("from seqno 10 on", fault.Message, StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => before.With(SeqNo.First, LedgerSecret.Generate()));
        Assert.Same(before, before.With(new SeqNo(10), keeper.For(new SeqNo(10)).Clone()));
        Assert.Same(before, keeper.Known);
        Assert.Empty(_kept);
    }

    private static byte[] Bytes(LedgerSecret secret)
    {
        var bytes = new byte[LedgerSecret.Size];
        secret.CopyTo(bytes);
        return bytes;
    }

    private SecretKeeper Keeper(params long[] from) =>
        new(Of(from), "node", EncryptionKey.Generate(), secrets => _kept.Add(secrets.All.Count));

    private static LedgerSecrets Of(params long[] from) =>
        new(from.Select(seqno => KeyValuePair.Create(new SeqNo(seqno), LedgerSecret.Generate())));
}
