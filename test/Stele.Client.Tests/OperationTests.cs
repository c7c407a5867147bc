using Azure;
using Stele.Client.Tests.Support;

namespace Stele.Client.Tests;

/// <summary>The way of an entry from written to committed, as ledgers of all versions tell it.</summary>
public sealed class OperationTests(Scene scene)
{
    private static readonly Func<Azure.Core.Request, Response> Posted = FakeTransport.Answer(
        200, """{"collectionId":"subledger:0"}""", ("x-ms-ccf-transaction-id", "2.7"));

    private static readonly Func<Azure.Core.Request, Response> Pending =
        FakeTransport.Answer(200, """{"state":"Pending","transactionId":"2.7"}""");

    private static readonly Func<Azure.Core.Request, Response> Committed =
        FakeTransport.Answer(200, """{"state":"Committed","transactionId":"2.7"}""");

    private static readonly Func<Azure.Core.Request, Response> Behind = FakeTransport.Error(404, "TransactionNotFound");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_is_complete_when_the_transaction_is_committed()
    {
        var (client, ledger) = FakeLedger.With(Posted, Pending, Behind, Pending, Committed);
        var operation = await client.PostEntryAsync(WaitUntil.Completed, "text", cancellationToken: Cancel);
        Assert.True(operation.HasCompleted);
        Assert.Equal(TransactionId.Of(2, 7), operation.Value);
        Assert.Equal(5, ledger.Asked.Count);
    }

    [Fact]
    public void Its_value_is_not_there_before()
    {
        var (client, _) = FakeLedger.With(Posted, Pending, Committed);
        var operation = client.PostEntry(WaitUntil.Started, "text", cancellationToken: Cancel);
        Assert.False(operation.HasCompleted);
        Assert.Throws<InvalidOperationException>(() => operation.Value);
        Assert.Equal(TransactionId.Of(2, 7), operation.TransactionId);
        operation.UpdateStatus(Cancel);
        Assert.False(operation.HasValue);
        Assert.Equal(TransactionId.Of(2, 7), operation.WaitForCompletion(Cancel).Value);
    }

    [Fact]
    public async Task A_transaction_that_was_rolled_back_fails_at_once()
    {
        var (client, ledger) = FakeLedger.With(Posted, FakeTransport.Error(404, "InvalidTransactionId"));
        var operation = await client.PostEntryAsync(WaitUntil.Started, "text", cancellationToken: Cancel);
        var failed = await Assert.ThrowsAsync<RequestFailedException>(async () => await operation.WaitForCompletionAsync(Cancel));
        Assert.Equal("InvalidTransactionId", failed.ErrorCode);
        Assert.True(operation.HasCompleted);
        Assert.False(operation.HasValue);
        Assert.Throws<RequestFailedException>(() => operation.Value);
        Assert.Equal(2, ledger.Asked.Count);
    }

    [Fact]
    public async Task A_node_that_stays_behind_is_not_asked_for_ever()
    {
        var (client, ledger) = FakeLedger.With(Posted, Behind);
        var operation = await client.PostEntryAsync(WaitUntil.Started, "text", cancellationToken: Cancel);
        await Assert.ThrowsAsync<RequestFailedException>(async () => await operation.WaitForCompletionAsync(Cancel));
        Assert.Equal(5, ledger.Asked.Count);
    }

    [Theory]
    [InlineData(LedgerClientOptions.ServiceVersion.V2022_05_13)]
    [InlineData(LedgerClientOptions.ServiceVersion.V2024_12_09_Preview)]
    [InlineData(LedgerClientOptions.ServiceVersion.V2026_07_31_Preview)]
    public async Task Each_version_commits_and_another_process_goes_on(LedgerClientOptions.ServiceVersion version)
    {
        var options = new LedgerClientOptions(version) { ServiceCertificate = scene.ServiceCertificate };
        var client = new LedgerClient(scene.Ledger, scene.Administrator, options);
        var operation = await client.PostEntryAsync(WaitUntil.Completed, "text", cancellationToken: Cancel);
        Assert.True(operation.HasValue);
        Assert.Equal(CollectionId.Default, operation.Collection);
        var again = new PostEntryOperation(client, operation.TransactionId);
        Assert.Equal(operation.Value, (await again.WaitForCompletionAsync(Cancel)).Value);
        Assert.Equal(TransactionState.Committed, (await client.GetTransactionStatusAsync(operation.Value, Cancel)).Value.State);
    }
}
