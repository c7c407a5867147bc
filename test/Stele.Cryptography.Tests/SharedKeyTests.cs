using FsCheck;
using FsCheck.Fluent;
using Stele.Cryptography.Sealing;
using Stele.Cryptography.Sharing;

namespace Stele.Cryptography.Tests;

/// <summary>A key in shares: a threshold of them gives it back, one fewer does not.</summary>
public sealed class SharedKeyTests
{
    [Fact]
    public void Any_threshold_of_shares_gives_the_key_back_and_one_fewer_does_not() => Prop.ForAll(
        (from count in Gen.Choose(1, 8)
         from threshold in Gen.Choose(1, count)
         from order in Gen.Shuffle(Enumerable.Range(0, count))
         select (count, threshold, order)).ToArbitrary(),
        one =>
        {
            using var key = SharedKey.Generate();
            using var secret = LedgerSecret.Generate();
            var wrapped = key.Wrap(secret);
            var shares = key.Split(one.count, one.threshold);
            SecretShare[] some = [.. one.order.Take(one.threshold).Select(index => shares[index])];
            using var again = SharedKey.Combine(some);
            using var opened = again.Unwrap(wrapped);
            Assert.Equal(Bytes(secret), Bytes(opened));
            if (one.threshold == 1) return;
            using var tooFew = SharedKey.Combine(some[1..]);
            Assert.Throws<FormatException>(() => tooFew.Unwrap(wrapped));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void All_shares_give_it_back_where_fewer_would_do()
    {
        using var key = SharedKey.Generate();
        using var secret = LedgerSecret.Generate();
        using var again = SharedKey.Combine(key.Split(7, 3));
        using var opened = again.Unwrap(key.Wrap(secret));
        Assert.Equal(Bytes(secret), Bytes(opened));
    }

    [Fact]
    public void The_whole_key_is_a_share_that_is_enough_alone()
    {
        using var key = SharedKey.Generate();
        using var secret = LedgerSecret.Generate();
        using var again = SharedKey.Combine([.. key.Split(3, 3).Take(1), key.Whole()]);
        using var opened = again.Unwrap(key.Wrap(secret));
        Assert.Equal(Bytes(secret), Bytes(opened));
    }

    [Fact]
    public void A_share_of_another_key_spoils_it()
    {
        using var key = SharedKey.Generate();
        using var other = SharedKey.Generate();
        using var secret = LedgerSecret.Generate();
        using var mixed = SharedKey.Combine([key.Split(2, 2)[0], other.Split(2, 2)[1]]);
        Assert.Throws<FormatException>(() => mixed.Unwrap(key.Wrap(secret)));
        Assert.Throws<ArgumentException>(() => SharedKey.Combine([key.Split(2, 2)[0], other.Split(2, 2)[0]]));
        Assert.Throws<ArgumentException>(() => SharedKey.Combine([]));
    }

    [Fact]
    public void A_share_is_44_bytes_and_each_number_is_below_the_prime()
    {
        using var key = SharedKey.Generate();
        var bytes = new byte[SecretShare.Size];
        key.Split(3, 2)[2].CopyTo(bytes);
        using var again = SecretShare.Parse(bytes);
        var written = new byte[SecretShare.Size];
        again.CopyTo(written);
        Assert.Equal((44, 3u), (bytes.Length, again.X));
        Assert.Equal(bytes, written);

        for (var i = 0; i < bytes.Length; i += sizeof(uint))
        {
            var changed = bytes.ToArray();
            BitConverter.TryWriteBytes(changed.AsSpan(i), 0x7fff_ffffu);
            Assert.Throws<FormatException>(() => SecretShare.Parse(changed));
        }
        Assert.Throws<FormatException>(() => SecretShare.Parse(bytes.AsSpan(1)));
    }

    [Fact]
    public void Whatever_byte_of_a_wrapped_secret_is_changed_it_is_refused()
    {
        using var key = SharedKey.Generate();
        using var secret = LedgerSecret.Generate();
        var wrapped = key.Wrap(secret);
        for (var i = 0; i < wrapped.Length; i++)
        {
            var changed = wrapped.ToArray();
            changed[i] ^= 1;
            Assert.Throws<FormatException>(() => key.Unwrap(changed));
            Assert.Throws<FormatException>(() => key.Unwrap(wrapped.AsSpan(0, i)));
        }
    }

    [Theory]
    [InlineData(3, 0)]
    [InlineData(3, 4)]
    [InlineData(0, 0)]
    public void A_threshold_is_at_least_one_and_at_most_the_number_of_shares(int count, int threshold)
    {
        using var key = SharedKey.Generate();
        Assert.Throws<ArgumentOutOfRangeException>(() => key.Split(count, threshold));
    }

    private static byte[] Bytes(LedgerSecret secret)
    {
        var bytes = new byte[LedgerSecret.Size];
        secret.CopyTo(bytes);
        return bytes;
    }
}
