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
        keeper.ForgetBehind(new SeqNo(19));
        Assert.Empty(_kept);
        keeper.ForgetBehind(new SeqNo(18));
        keeper.ForgetBehind(new SeqNo(18));
        Assert.Equal([2], _kept);
        Assert.Equal([1, 10], keeper.Known.All.Select(secret => secret.Key.Value));
        keeper.ForgetBehind(SeqNo.None);
        Assert.Equal([1], keeper.Known.All.Select(secret => secret.Key.Value));
    }

    [Fact]
    public void What_is_found_is_kept_once()
    {
        var keeper = Keeper(1);
        var first = keeper.Known.All[0].Value;
        keeper.Take(Of(1, 10));
        keeper.Take(Of(10));
        Assert.Equal([2], _kept);
        Assert.Same(first, keeper.For(new SeqNo(9)));
        Assert.Equal([1, 10], keeper.Known.All.Select(secret => secret.Key.Value));
    }

    private SecretKeeper Keeper(params long[] from) =>
        new(Of(from), "node", EncryptionKey.Generate(), secrets => _kept.Add(secrets.All.Count));

    private static LedgerSecrets Of(params long[] from) =>
        new(from.Select(seqno => KeyValuePair.Create(new SeqNo(seqno), LedgerSecret.Generate())));
}
