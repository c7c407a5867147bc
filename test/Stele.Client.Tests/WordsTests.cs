using Azure;
using Stele.Client.Tests.Support;

namespace Stele.Client.Tests;

/// <summary>What a caller says goes to the ledger as it was said, or not at all.</summary>
public sealed class WordsTests
{
    private const string High = "a\ud800b";
    private const string Low = "\udc00";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> Halves => [High, Low, "🙂\ud83d"];

    [Theory]
    [MemberData(nameof(Halves))]
    public async Task Half_a_surrogate_pair_is_refused_wherever_it_stands(string text)
    {
        var (client, ledger) = FakeLedger.With(FakeTransport.Answer(200));
        var administration = client.GetAdministrationClient();
        var named = new CollectionId(text);
        await RefusedAsync(() => client.PostEntryAsync(WaitUntil.Started, text, cancellationToken: Cancel));
        await RefusedAsync(() => client.PostEntryAsync(WaitUntil.Started, "x", named, Cancel));
        await RefusedAsync(() => client.PostEntryAsync(WaitUntil.Started, new NewEntry("x") { Tags = ["y", text] }, Cancel));
        await RefusedAsync(() => client.PostEntryAsync(WaitUntil.Started, new NewEntry("x") { PreHooks = [new EntryHook(text)] }, Cancel));
        await RefusedAsync(() => client.GetCurrentEntryAsync(named, Cancel));
        await RefusedAsync(() => client.ExecuteFunctionAsync("f", new FunctionCall { Arguments = ["y", text] }, Cancel));
        await RefusedAsync(() => client.ExecuteFunctionAsync("f", new FunctionCall { ExportedFunctionName = text }, Cancel));
        await RefusedAsync(() => client.ExecuteFunctionAsync(text, cancellationToken: Cancel));
        await RefusedAsync(() => administration.CreateOrUpdateFunctionAsync("f", text, Cancel));
        await RefusedAsync(() => administration.CreateOrUpdateUserAsync("u", new LedgerRole(text), Cancel));
        await RefusedAsync(() => administration.CreateRolesAsync([new RoleDefinition(new LedgerRole("r"), [text])], Cancel));
        await RefusedAsync(() => administration.DeleteRoleAsync(new LedgerRole(text), Cancel));
        Assert.Throws<ArgumentException>(() => client.GetEntriesAsync(tag: text, cancellationToken: Cancel));
        Assert.Empty(ledger.Asked);
    }

    [Theory]
    [InlineData("a,b")]
    [InlineData(",")]
    [InlineData("")]
    [InlineData(null)]
    public async Task A_tag_that_would_become_others_is_refused(string? tag)
    {
        var (client, ledger) = FakeLedger.With(FakeTransport.Answer(200));
        var entry = new NewEntry("x") { Tags = ["y", tag!] };
        Assert.Throws<ArgumentException>(() => client.PostEntry(WaitUntil.Started, entry, Cancel));
        await RefusedAsync(() => client.PostEntryAsync(WaitUntil.Started, entry, Cancel));
        Assert.Empty(ledger.Asked);
    }

    [Fact]
    public async Task A_collection_without_a_name_is_refused_and_not_the_default_one()
    {
        var (client, ledger) = FakeLedger.With(FakeTransport.Answer(200));
        foreach (var nameless in new[] { new CollectionId(""), default })
        {
            await RefusedAsync(() => client.PostEntryAsync(WaitUntil.Started, "x", nameless, Cancel));
            await RefusedAsync(() => client.GetEntryAsync(TransactionId.Of(2, 7), nameless, Cancel));
            await RefusedAsync(() => client.GetCurrentEntryAsync(nameless, Cancel));
            Assert.Throws<ArgumentException>(() => client.GetEntries(nameless, cancellationToken: Cancel));
            Assert.Throws<ArgumentException>(() => client.GetTagsAsync(nameless, Cancel));
        }
        Assert.Empty(ledger.Asked);
    }

    // Some calls find it before there is a task.
    private static Task RefusedAsync(Func<Task> call) => Assert.ThrowsAnyAsync<ArgumentException>(call);
}
