namespace Stele.Cryptography.Tests;

public sealed class TransactionIdTests
{
    [Theory]
    [InlineData("2.1", 2, 1)]
    [InlineData("0.0", 0, 0)]
    [InlineData("13.8820", 13, 8820)]
    [InlineData("2147483647.9223372036854775807", int.MaxValue, long.MaxValue)]
    public void Its_one_form_is_read_and_written(string text, long view, long seqno)
    {
        Assert.True(TransactionId.TryParse(text, out var id));
        Assert.Equal(TransactionId.Of(view, seqno), id);
        Assert.Equal(text, id.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("2")]
    [InlineData("2.")]
    [InlineData(".2")]
    [InlineData("2.1.1")]
    [InlineData("02.1")]
    [InlineData("2.01")]
    [InlineData("+2.1")]
    [InlineData("-2.1")]
    [InlineData(" 2.1")]
    [InlineData("2.1 ")]
    [InlineData("2,1")]
    [InlineData("٢.1")]
    [InlineData("2147483648.1")]
    [InlineData("2.9223372036854775808")]
    [InlineData("2.00000000000000000000000000000000000001")]
    public void Anything_else_is_none(string? text) => Assert.False(TransactionId.TryParse(text, out _));
}
