namespace Stele.Etcd.Tests;

/// <summary>Where a range of keys ends.</summary>
public sealed class KeyRangeTests
{
    [Theory]
    [InlineData(new byte[] { 1 }, new byte[] { 2 })]
    [InlineData(new byte[] { 1, 0 }, new byte[] { 1, 1 })]
    [InlineData(new byte[] { 1, 255 }, new byte[] { 2 })]
    [InlineData(new byte[] { 1, 255, 255 }, new byte[] { 2 })]
    [InlineData(new byte[] { 255 }, new byte[] { 0 })] // up to the last key there is
    [InlineData(new byte[] { 255, 255 }, new byte[] { 0 })]
    public void A_prefix_ends_before_the_first_key_that_does_not_begin_so(byte[] prefix, byte[] end) =>
        Assert.Equal(end, KeyRange.Prefix(prefix).End.ToArray());

    [Fact]
    public void No_range_is_empty()
    {
        Assert.Throws<ArgumentException>(() => KeyRange.One(default));
        Assert.Throws<ArgumentException>(() => KeyRange.Prefix(default));
        Assert.Throws<ArgumentException>(() => KeyRange.Between(new byte[] { 2 }, new byte[] { 2 }));
        Assert.Throws<ArgumentException>(() => KeyRange.Between(new byte[] { 2 }, new byte[] { 1, 5 }));
    }
}
