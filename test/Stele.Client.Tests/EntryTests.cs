using System.Security.Cryptography;
using Azure;
using Stele.Client.Tests.Support;

namespace Stele.Client.Tests;

/// <summary>Entries on a real ledger, by both kinds of methods.</summary>
public sealed class EntryTests(Scene scene)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private LedgerClient Client => scene.Client;

    public static TheoryData<string> Texts =>
    [
        "",
        "a \"quoted\" \\ line\r\n\ttab \u0001 Zürich Ελλάδα 漢字 🙂",
        """{"a": [1, 2, {"b": null}]}""",
        new string('x', 200_000),
    ];

    [Theory]
    [MemberData(nameof(Texts))]
    public async Task Contents_come_back_as_they_were_and_verified(string text)
    {
        var collection = NewCollection();
        var written = (await Client.PostEntryAsync(WaitUntil.Completed, text, collection, Cancel)).Value;
        Assert.Equal(text, (await Client.GetEntryAsync(written, collection, Cancel)).Value.Contents);
        var verified = (await Client.GetVerifiedEntryAsync(written, collection, Cancel)).Value;
        Assert.Equal((written, collection, text), (verified.TransactionId, verified.Collection, verified.Contents));
        Assert.True(verified.Verdict.IsVerified);

        written = Client.PostEntry(WaitUntil.Completed, text, collection, Cancel).Value;
        var entry = Client.GetEntry(written, collection, Cancel).Value;
        Assert.Equal((written, collection, text), (entry.TransactionId, entry.Collection, entry.Contents));
        Assert.Equal(text, Client.GetVerifiedEntry(written, collection, Cancel).Value.Contents);
        Assert.Equal(text, Client.GetCurrentEntry(collection, Cancel).Value.Contents);
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("a&b#c%25+d=e")]
    [InlineData("Zürich-漢字")]
    public async Task Collections_have_any_name(string name)
    {
        var collection = new CollectionId($"{name} {RandomNumberGenerator.GetHexString(8)}");
        var first = (await Client.PostEntryAsync(WaitUntil.Completed, "first", collection, Cancel)).Value;
        await Client.PostEntryAsync(WaitUntil.Completed, "last", collection, Cancel);
        Assert.Equal("last", (await Client.GetCurrentEntryAsync(collection, Cancel)).Value.Contents);
        Assert.Equal("first", (await Client.GetVerifiedEntryAsync(first, collection, Cancel)).Value.Contents);
        Assert.Contains(collection, await Client.GetCollectionsAsync(Cancel).ToListAsync(Cancel));
        Assert.Contains(collection, Client.GetCollections(Cancel));
    }

    [Fact]
    public async Task A_range_comes_page_by_page()
    {
        var collection = NewCollection();
        List<TransactionId> ids = [];
        for (var i = 0; i < 230; i++)
        {
            // What is listed is what is committed: with the last one all are.
            var until = i < 229 ? WaitUntil.Started : WaitUntil.Completed;
            ids.Add((await Client.PostEntryAsync(until, $"Message {i}", collection, Cancel)).TransactionId);
        }

        var pages = await Client.GetEntriesAsync(collection, ids[7], ids[223], cancellationToken: Cancel)
            .AsPages().ToListAsync(Cancel);
        Assert.True(pages.Count > 1, "It is one page.");
        Assert.Equal(ids[7..224], pages.SelectMany(page => page.Values).Select(entry => entry.TransactionId));
        var rest = Client.GetEntries(collection, ids[7], ids[223], cancellationToken: Cancel).AsPages(pages[0].ContinuationToken);
        Assert.Equal(
            pages.Skip(1).SelectMany(page => page.Values).Select(entry => entry.Contents),
            rest.SelectMany(page => page.Values).Select(entry => entry.Contents));
        Assert.Equal(230, Client.GetEntries(collection, cancellationToken: Cancel).Count());
    }

    [Fact]
    public async Task Entries_come_newest_first_with_the_ids_of_their_own()
    {
        var collection = NewCollection();
        List<TransactionId> ids = [];
        for (var i = 0; i < 120; i++)
        {
            var until = i < 119 ? WaitUntil.Started : WaitUntil.Completed;
            ids.Add((await Client.PostEntryAsync(until, $"Message {i}", collection, Cancel)).TransactionId);
        }
        ids.Reverse();
        var listed = await Client.GetEntriesAsync(collection, newestFirst: true, cancellationToken: Cancel).ToListAsync(Cancel);
        Assert.Equal(ids, listed.Select(entry => entry.TransactionId));
        var newest = Client.GetEntries(collection, newestFirst: true, cancellationToken: Cancel).First();
        Assert.Equal("Message 119", Client.GetVerifiedEntry(newest.TransactionId, collection, Cancel).Value.Contents);
    }

    [Fact]
    public async Task Entries_are_found_by_their_tags()
    {
        var collection = NewCollection();
        foreach (var (text, tags) in new[] { ("apple", "red round"), ("ball", "blue round"), ("brick", "red") })
        {
            var entry = new NewEntry(text) { Collection = collection, Tags = tags.Split(' ') };
            await Client.PostEntryAsync(WaitUntil.Completed, entry, Cancel);
        }
        var red = await Client.GetEntriesAsync(collection, tag: "red", cancellationToken: Cancel).ToListAsync(Cancel);
        Assert.Equal(["apple", "brick"], red.Select(entry => entry.Contents));
        Assert.Equal(["blue", "red", "round"], Client.GetTags(collection, Cancel).Order(StringComparer.Ordinal));
        Assert.Equal(3, (await Client.GetTagsAsync(collection, Cancel).ToListAsync(Cancel)).Count);
    }

    [Fact]
    public async Task What_the_ledger_refuses_has_a_status_and_a_code()
    {
        var nowhere = TransactionId.Of(10_000, 100_000);
        var refused = await Assert.ThrowsAsync<RequestFailedException>(() => Client.GetEntryAsync(nowhere, cancellationToken: Cancel));
        Assert.Equal((404, "TransactionNotFound"), (refused.Status, refused.ErrorCode));
        Assert.Contains("knows of no transaction", refused.Message, StringComparison.Ordinal);
        refused = Assert.Throws<RequestFailedException>(() => Client.GetReceipt(nowhere, Cancel));
        Assert.Equal(404, refused.Status);
        using var unknown = Certificates.New("nobody");
        var stranger = new LedgerClient(scene.Ledger, unknown, scene.Options);
        refused = await Assert.ThrowsAsync<RequestFailedException>(() => stranger.GetCurrentEntryAsync(cancellationToken: Cancel));
        Assert.Equal((401, "InvalidAuthenticationInfo"), (refused.Status, refused.ErrorCode));
    }

    [Fact]
    public async Task A_call_ends_when_its_caller_wants_it_to()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Client.GetCurrentEntryAsync(cancellationToken: cancelled.Token));
        Assert.ThrowsAny<OperationCanceledException>(() => Client.GetCurrentEntry(cancellationToken: cancelled.Token));
    }

    private static CollectionId NewCollection() => new(RandomNumberGenerator.GetHexString(12));
}
