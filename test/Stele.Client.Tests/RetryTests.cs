using Azure;
using Stele.Client.Tests.Support;

namespace Stele.Client.Tests;

/// <summary>What is tried again. An append is, only where it is certain that the first attempt has not taken effect.</summary>
public sealed class RetryTests
{
    private static readonly (string, string) Id = ("x-ms-ccf-transaction-id", "2.7");
    private static readonly Func<Azure.Core.Request, Response> Posted =
        FakeTransport.Answer(200, """{"collectionId":"subledger:0"}""", Id);

    private static readonly Func<Azure.Core.Request, Response> Current =
        FakeTransport.Answer(200, """{"collectionId":"subledger:0","contents":"text","transactionId":"2.7"}""");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(503)]
    [InlineData(429)]
    public async Task An_append_that_was_turned_away_is_sent_again(int status)
    {
        var (client, ledger) = FakeLedger.With(FakeTransport.Error(status, "LedgerUnavailable"), Posted);
        Assert.Equal("2.7", (await client.PostEntryAsync(WaitUntil.Started, "text", cancellationToken: Cancel)).Id);
        Assert.Equal(2, ledger.Asked.Count);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(504)]
    [InlineData(408)]
    public async Task An_append_whose_fate_is_not_known_is_not(int status)
    {
        var (client, ledger) = FakeLedger.With(FakeTransport.Error(status, "Unknown"), Posted);
        var failed = await Assert.ThrowsAsync<RequestFailedException>(
            () => client.PostEntryAsync(WaitUntil.Started, "text", cancellationToken: Cancel));
        Assert.Equal((status, "Unknown"), (failed.Status, failed.ErrorCode));
        Assert.Single(ledger.Asked);
    }

    [Theory]
    [InlineData("upstream connect error or disconnect/reset before headers")]
    [InlineData("")]
    [InlineData("{}")]
    public async Task Nor_is_one_that_somebody_before_the_ledger_calls_unavailable(string body)
    {
        var (client, ledger) = FakeLedger.With(FakeTransport.Answer(503, body), Posted);
        var failed = await Assert.ThrowsAsync<RequestFailedException>(
            () => client.PostEntryAsync(WaitUntil.Started, "text", cancellationToken: Cancel));
        Assert.Equal(503, failed.Status);
        Assert.Single(ledger.Asked);
    }

    [Fact]
    public async Task An_append_whose_connection_broke_is_not_sent_again_and_one_without_a_connection_is()
    {
        var broken = new HttpRequestException(HttpRequestError.ResponseEnded);
        var (client, ledger) = FakeLedger.With(FakeTransport.Breaks(new RequestFailedException("It broke.", broken)), Posted);
        await Assert.ThrowsAsync<RequestFailedException>(
            () => client.PostEntryAsync(WaitUntil.Started, "text", cancellationToken: Cancel));
        Assert.Single(ledger.Asked);

        var refused = new HttpRequestException(HttpRequestError.ConnectionError);
        (client, ledger) = FakeLedger.With(FakeTransport.Breaks(new RequestFailedException("Nobody there.", refused)), Posted);
        Assert.Equal("2.7", client.PostEntry(WaitUntil.Started, "text", cancellationToken: Cancel).Id);
        Assert.Equal(2, ledger.Asked.Count);
    }

    [Theory]
    [InlineData(408)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task Reading_is_tried_again(int status)
    {
        var (client, ledger) = FakeLedger.With(FakeTransport.Error(status, "Later"), FakeTransport.Error(status, "Later"), Current);
        Assert.Equal("text", (await client.GetCurrentEntryAsync(cancellationToken: Cancel)).Value.Contents);
        Assert.Equal(3, ledger.Asked.Count);
    }

    [Fact]
    public async Task What_a_ledger_says_of_when_to_come_again_is_waited_out()
    {
        var busy = FakeTransport.Answer(503, """{"error":{"code":"LedgerUnavailable","message":"Later."}}""", ("Retry-After", "1"));
        var (client, ledger) = FakeLedger.With(busy, Current);
        var begun = TimeProvider.System.GetTimestamp();
        await client.GetCurrentEntryAsync(cancellationToken: Cancel);
        Assert.Equal(2, ledger.Asked.Count);
        Assert.InRange(TimeProvider.System.GetElapsedTime(begun), TimeSpan.FromSeconds(0.9), TimeSpan.MaxValue);
    }

    [Fact]
    public async Task A_certificate_that_is_not_trusted_is_asked_once()
    {
        var untrusted = new HttpRequestException(HttpRequestError.SecureConnectionError);
        var (client, ledger) = FakeLedger.With(FakeTransport.Breaks(new RequestFailedException("No.", untrusted)), Current);
        await Assert.ThrowsAsync<RequestFailedException>(() => client.GetCurrentEntryAsync(cancellationToken: Cancel));
        Assert.Single(ledger.Asked);
    }

    [Fact]
    public async Task What_is_loading_is_asked_for_until_it_is_there()
    {
        var loading = FakeTransport.Answer(200, """{"state":"Loading"}""", ("Retry-After", "0"));
        var ready = FakeTransport.Answer(
            200, """{"state":"Ready","entry":{"collectionId":"a","contents":"text","transactionId":"2.7"}}""");
        var (client, ledger) = FakeLedger.With(loading, loading, ready);
        var entry = (await client.GetEntryAsync(TransactionId.Of(2, 7), new CollectionId("a"), Cancel)).Value;
        Assert.Equal(("text", "a"), (entry.Contents, entry.Collection.Value));
        Assert.Equal(3, ledger.Asked.Count);

        (client, _) = FakeLedger.With(loading, ready);
        Assert.Equal("text", client.GetEntry(TransactionId.Of(2, 7), new CollectionId("a"), Cancel).Value.Contents);
    }

    [Fact]
    public async Task A_list_that_is_loading_is_asked_for_until_it_is_there()
    {
        var (client, ledger) = FakeLedger.With(
            FakeTransport.Answer(
                200, """{"state":"Loading","entries":[],"nextLink":"/app/transactions?loading=1"}""", ("Retry-After", "0")),
            FakeTransport.Answer(200, """{"state":"Ready","entries":[],"nextLink":"/app/transactions?page=2"}"""),
            FakeTransport.Answer(
                200, """{"state":"Ready","entries":[{"collectionId":"a","contents":"text","transactionId":"2.7"}]}"""));
        var entries = await client.GetEntriesAsync(cancellationToken: Cancel).ToListAsync(Cancel);
        Assert.Equal("text", Assert.Single(entries).Contents);
        Assert.Equal("/app/transactions?page=2", ledger.Asked[2].Address.PathAndQuery);
    }

    [Fact]
    public async Task A_next_page_elsewhere_is_not_asked_for()
    {
        var (client, ledger) = FakeLedger.With(FakeTransport.Answer(
            200, """{"state":"Ready","entries":[],"nextLink":"https://stranger.example/app/transactions?page=2"}"""));
        await Assert.ThrowsAsync<RequestFailedException>(
            async () => await client.GetEntriesAsync(cancellationToken: Cancel).ToListAsync(Cancel));
        Assert.Single(ledger.Asked);
    }
}
