using Stele.Ledger.Snapshots;

namespace Stele.Ledger.Tests.Snapshots;

/// <summary>The vectors of SipHash's authors: key 00…0f, data 00, 01, … of each length.</summary>
public sealed class SipHashTests
{
    [Theory]
    [InlineData(0, 0x726fdb47dd0e0e31)]
    [InlineData(1, 0x74f839c593dc67fd)]
    [InlineData(7, 0xab0200f58b01d137)]
    [InlineData(8, 0x93f5f5799a932462)]
    [InlineData(15, 0xa129ca6149be45e5)]
    public void It_gives_its_authors_numbers(int length, ulong expected)
    {
        var data = Enumerable.Range(0, length).Select(i => (byte)i).ToArray();
        Assert.Equal(expected, SipHash.Of(0x0706050403020100, 0x0f0e0d0c0b0a0908, data));
    }
}
