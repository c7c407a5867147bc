using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Stele.Server.Hosting.Wire;

namespace Stele.Server.Tests.Wire;

/// <summary>What is a request's head, and what is none.</summary>
public sealed class RequestHeadTests
{
    private const string Start = "POST /app/transactions?api-version=2022-05-13 HTTP/1.1\r\nHost: ledger\r\n";

    [Theory]
    [InlineData("Content-Length: 4\r\n\r\nbody", 4L)]
    [InlineData("content-length:4 \r\n\r\nbody", 4L)]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n", null)]
    [InlineData("Accept: */*\r\nX-Text: a\tb \x00e9\r\n\r\n", 0L)]
    public void A_good_head_says_how_its_body_is_framed(string rest, long? bodyBytes)
    {
        var bytes = Encoding.Latin1.GetBytes(Start + rest);
        var complete = Assert.IsType<HeadReading.Complete>(RequestHead.Read(bytes));
        Assert.Equal((Start + rest).IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4, complete.Bytes);
        Assert.Equal(bodyBytes, complete.BodyBytes);
    }

    [Theory]
    [InlineData("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n", "not both")]
    [InlineData("Content-Length: +4\r\n\r\n", "without a sign")]
    [InlineData("Content-Length: -4\r\n\r\n", "without a sign")]
    [InlineData("Content-Length: 0x4\r\n\r\n", "decimal digits")]
    [InlineData("Content-Length: 4, 4\r\n\r\n", "decimal digits")]
    [InlineData("Content-Length:\r\n\r\n", "decimal digits")]
    [InlineData("Content-Length: 99999999999999999999\r\n\r\n", "decimal digits")]
    [InlineData("Content-Length: 4\r\nContent-Length: 4\r\n\r\n", "one Content-Length")]
    [InlineData("Transfer-Encoding: gzip, chunked\r\n\r\n", "Transfer-Encoding")]
    [InlineData("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", "Transfer-Encoding")]
    [InlineData("Transfer-Encoding: xchunked\r\n\r\n", "Transfer-Encoding")]
    [InlineData("Host: other\r\n\r\n", "one Host")]
    [InlineData("Accept : a\r\n\r\n", "colon")]
    [InlineData("Accept\r\n\r\n", "colon")]
    [InlineData(": a\r\n\r\n", "colon")]
    [InlineData("Accept: a\r\n folded\r\n\r\n", "colon")]
    [InlineData("Accept: a\0b\r\n\r\n", "control")]
    [InlineData("Accept: a\rb\r\n\r\n", "control")]
    [InlineData("Accept: a\n\r\n", "CR LF")]
    [InlineData("\n", "CR LF")]
    public void A_bad_head_is_refused_with_the_rule_it_breaks(string rest, string rule) =>
        AssertRefused(Start + rest, 400, rule);

    [Theory]
    [InlineData("GET / HTTP/1.1\n\n", "CR LF")]
    [InlineData("GET / HTTP/1.1\r\n\r\n", "one Host")]
    [InlineData("GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", "HTTP/1.0")]
    [InlineData("GET / HTTP/2.0\r\n\r\n", "starts with a line")]
    [InlineData("GET  HTTP/1.1\r\n\r\n", "starts with a line")]
    [InlineData("GET / / HTTP/1.1\r\n\r\n", "starts with a line")]
    [InlineData("GET\r\n\r\n", "starts with a line")]
    [InlineData("\r\n\r\n", "starts with a line")]
    [InlineData("G\x00e9T / HTTP/1.1\r\n\r\n", "starts with a line")]
    [InlineData("\x16\x03\x01\r\n", "starts with a line")]
    public void A_bad_start_is_refused(string text, string rule) => AssertRefused(text, 400, rule);

    [Fact]
    public void Too_much_is_refused_before_it_ends()
    {
        AssertRefused("GET /" + new string('a', RequestHead.LineBytesMax), 414, "too long");
        AssertRefused(Start + "X: " + new string('a', RequestHead.BytesMax), 431, "too large");
        AssertRefused(Start + string.Concat(Enumerable.Repeat("X: y\r\n", RequestHead.HeadersMax)), 431, "too large");
    }

    [Fact]
    public void A_head_is_incomplete_at_every_byte_before_its_last()
    {
        var bytes = Encoding.ASCII.GetBytes(Start + "Content-Length: 4\r\n\r\n");
        for (var length = 0; length < bytes.Length; length++)
            Assert.Same(HeadReading.Incomplete, RequestHead.Read(bytes.AsSpan(0, length)));
        Assert.IsType<HeadReading.Complete>(RequestHead.Read(bytes));
    }

    [Fact]
    public void No_bytes_make_the_reader_throw() => Prop.ForAll<byte[], int, byte>((noise, at, flipped) =>
    {
        RequestHead.Read(noise);
        var bytes = Encoding.ASCII.GetBytes(Start + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n");
        bytes[(int)((uint)at % bytes.Length)] = flipped;
        RequestHead.Read(bytes);
    }).QuickCheckThrowOnFailure();

    private static void AssertRefused(string text, int status, string rule)
    {
        var refused = Assert.IsType<HeadReading.Refused>(RequestHead.Read(Encoding.Latin1.GetBytes(text)));
        Assert.Equal(status, refused.Error.Status);
        Assert.Contains(rule, refused.Error.Message, StringComparison.Ordinal);
    }
}
