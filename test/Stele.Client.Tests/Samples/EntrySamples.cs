using Azure;
using Stele.Client.Tests.Support;
using Stele.Receipts;

namespace Stele.Client.Tests.Samples;

/// <summary>The README's snippets about entries.</summary>
public sealed class EntrySamples(Scene scene)
{
    private readonly LedgerClient client = scene.Client;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Append_and_read()
    {
        #region Snippet:Append
        PostEntryOperation operation = await client.PostEntryAsync(WaitUntil.Completed, "Hello world!");
        TransactionId id = operation.Value;
        #endregion

        #region Snippet:AppendSync
        operation = client.PostEntry(WaitUntil.Completed, "Hello world!");
        #endregion

        #region Snippet:Verified
        VerifiedEntry verified = await client.GetVerifiedEntryAsync(id);
        Console.WriteLine($"{verified.Collection} {verified.TransactionId}: {verified.Contents}");
        #endregion

        #region Snippet:Get
        LedgerEntry entry = await client.GetEntryAsync(id);
        LedgerEntry current = await client.GetCurrentEntryAsync();
        #endregion

        Assert.Equal(("Hello world!", "Hello world!"), (verified.Contents, entry.Contents));
        Assert.NotNull(current.Contents);
        Assert.True(operation.HasCompleted);
    }

    [Fact]
    public async Task Append_now_and_wait_later()
    {
        #region Snippet:WaitLater
        PostEntryOperation operation = await client.PostEntryAsync(WaitUntil.Started, "Hello world!");
        TransactionId id = operation.TransactionId; // Written, and not yet in the ledger for good.

        // Later, perhaps in another process:
        var again = new PostEntryOperation(client, id);
        await again.WaitForCompletionAsync();
        #endregion

        #region Snippet:Status
        TransactionStatus status = await client.GetTransactionStatusAsync(id);
        if (status.State == TransactionState.Committed) Console.WriteLine("It is in the ledger for good.");
        #endregion

        Assert.Equal(TransactionState.Committed, status.State);
    }

    [Fact]
    public async Task Collections_tags_and_ranges()
    {
        #region Snippet:Collections
        var messages = new CollectionId("messages of Alice");
        await client.PostEntryAsync(WaitUntil.Completed, "Hello from Alice", messages);
        LedgerEntry newest = await client.GetCurrentEntryAsync(messages);

        await foreach (var collection in client.GetCollectionsAsync()) Console.WriteLine(collection);
        #endregion

        #region Snippet:Tags
        var tagged = new NewEntry("Paid.") { Collection = messages, Tags = ["invoice", "2026"] };
        await client.PostEntryAsync(WaitUntil.Completed, tagged);
        await foreach (var invoice in client.GetEntriesAsync(messages, tag: "invoice")) Console.WriteLine(invoice.Contents);
        #endregion

        Assert.Equal("Hello from Alice", newest.Contents);
        var first = newest.TransactionId;
        var last = (await client.GetCurrentEntryAsync(messages, Cancel)).Value.TransactionId;

        #region Snippet:Range
        await foreach (var entry in client.GetEntriesAsync(messages, fromTransactionId: first, toTransactionId: last))
            Console.WriteLine($"{entry.TransactionId}: {entry.Contents}");

        // Page by page; a page's token is where another process goes on.
        await foreach (var page in client.GetEntriesAsync(messages).AsPages())
            Console.WriteLine($"{page.Values.Count} entries, then {page.ContinuationToken}");
        #endregion

        #region Snippet:Newest
        LedgerEntry latest = await client.GetEntriesAsync(messages, newestFirst: true).FirstAsync();
        VerifiedEntry proven = await client.GetVerifiedEntryAsync(latest.TransactionId, messages);
        #endregion

        Assert.Equal("Paid.", proven.Contents);
    }

    [Fact]
    public async Task Receipts_are_kept_and_verified_without_the_ledger()
    {
        var id = (await client.PostEntryAsync(WaitUntil.Completed, "Kept.", cancellationToken: Cancel)).Value;
        var (file, serviceCertificate) = (Path.GetTempFileName(), scene.ServiceCertificate);

        #region Snippet:Receipt
        Response<ReceiptDocument> receipt = await client.GetReceiptAsync(id);
        await File.WriteAllBytesAsync(file, receipt.GetRawResponse().Content.ToArray());

        // Years later, with no ledger in reach:
        var document = ReceiptJson.Read(await File.ReadAllBytesAsync(file));
        var kept = VerifiedEntry.Verify(document, serviceCertificate);
        Console.WriteLine(kept.Contents);
        #endregion

        Assert.Equal("Kept.", kept.Contents);
        File.Delete(file);
    }

    [Fact]
    public async Task Failures_say_what_is_wrong()
    {
        var id = TransactionId.Of(2, 999_999);

        #region Snippet:Errors
        try
        {
            await client.GetVerifiedEntryAsync(id);
        }
        catch (RequestFailedException refused) when (refused.Status == 404)
        {
            Console.WriteLine($"{refused.ErrorCode}: {refused.Message}");
        }
        catch (EntryNotVerifiedException lie)
        {
            Console.WriteLine($"Not verified: {lie.FailedStep.Name}: {lie.FailedStep.Detail}");
        }
        #endregion
    }
}
