using Stele.Cli.Output;

namespace Stele.Cli.Tests;

/// <summary>What others wrote shows as what it is.</summary>
public sealed class PrintableTests
{
    [Theory]
    [InlineData("bob\u202eecila", @"bob\u202eecila")]
    [InlineData("a\u2066b\u2069", @"a\u2066b\u2069")]
    [InlineData("ad\u200bmin", @"ad\u200bmin")]
    [InlineData("one\u2028two\u2029three", @"one\u2028two\u2029three")]
    [InlineData("\u001b[2Jgone\r\n", @"\u001b[2Jgone\u000d\u000a")]
    [InlineData("Zoë, 株式会社\t\ud83d\ude00", "Zoë, 株式会社\t\ud83d\ude00")]
    public void Nothing_is_hidden_or_turned_around(string text, string shown) => Assert.Equal(shown, Printable.Of(text));
}
