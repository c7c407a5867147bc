using Stele.Server.Tests.Support;

namespace Stele.Server.Tests.Api;

/// <summary>HEAD over HTTP/2, as load balancers ask: headers that end the stream, and nothing behind them.</summary>
public sealed class HeadTests(LedgerFixture ledger) : IClassFixture<LedgerFixture>
{
    [Theory]
    [InlineData("/node/state")]
    [InlineData("/app/enclaveQuotes?api-version=2022-05-13")]
    [InlineData("/nothing")]
    public async Task Nothing_but_headers_is_answered(string path)
    {
        var frames = await Http2Exchange.AskAsync(ledger.Host.LedgerUri.Port, "HEAD", path);
        Assert.DoesNotContain(frames, frame => frame.Type is Http2Exchange.Reset or Http2Exchange.GoAway);
        Assert.Equal(0, frames.Where(frame => frame.Type == Http2Exchange.Data).Sum(frame => frame.Length));
        Assert.True(frames.Single(frame => frame.Type == Http2Exchange.Headers).Length > 0);
    }

    [Fact]
    public async Task What_is_asked_for_with_get_has_its_body()
    {
        var frames = await Http2Exchange.AskAsync(ledger.Host.LedgerUri.Port, "GET", "/node/state");
        Assert.True(frames.Where(frame => frame.Type == Http2Exchange.Data).Sum(frame => frame.Length) > 0);
    }
}
