using System.Diagnostics;
using Azure;
using Stele.Client.Tests.Support;

namespace Stele.Client.Tests;

/// <summary>The spans that a call leaves behind.</summary>
public sealed class TracingTests
{
    [Fact]
    public async Task Each_call_is_a_span_that_tells_how_it_ended()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var root = new Activity("test").Start();
        List<Activity> spans = [];
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Stele.Client",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = span =>
            {
                lock (spans)
                    if (span.TraceId == root.TraceId) spans.Add(span);
            },
        };
        ActivitySource.AddActivityListener(listener);
        var (client, _) = FakeLedger.With(
            FakeTransport.Answer(200, """{"collectionId":"a"}""", ("x-ms-ccf-transaction-id", "2.7")),
            FakeTransport.Error(403, "NotAllowed"));
        client.PostEntry(WaitUntil.Started, "a secret", cancellationToken: cancel);
        await Assert.ThrowsAsync<RequestFailedException>(() => client.GetCurrentEntryAsync(cancellationToken: cancel));

        Assert.Equal(["LedgerClient.PostEntry", "LedgerClient.GetCurrentEntry"], spans.Select(span => span.OperationName));
        Assert.Equal("2.7", spans[0].GetTagItem("stele.transaction_id"));
        Assert.Equal(200, spans[0].GetTagItem("http.response.status_code"));
        Assert.Equal("NotAllowed", spans[1].GetTagItem("error.type"));
        Assert.Equal((403, ActivityStatusCode.Error), (spans[1].GetTagItem("http.response.status_code"), spans[1].Status));
        Assert.DoesNotContain(spans.SelectMany(span => span.TagObjects), tag => tag.Value is string text && text.Contains("secret"));
    }
}
