using System.Net;
using Stele.Server.Tests.Support;

namespace Stele.Server.Tests.Api;

/// <summary>Reading what was written: by id, current, status.</summary>
public sealed class ReadTests(LedgerFixture ledger) : IClassFixture<LedgerFixture>
{
    private const string Version = "api-version=2022-05-13";
    private readonly Caller _caller = ledger.Contributor;

    [Theory]
    [InlineData("plain")]
    [InlineData("")]
    [InlineData("quotes \" and \\ and </script> and é and 𝄞 and \u0000 and \u2028")]
    public async Task An_entry_is_read_back_as_it_was_written(string contents)
    {
        var id = await _caller.AppendAsync(contents, "read");
        var reply = (await ledger.Reader.GetAsync($"/app/transactions/{id}?{Version}&collectionId=read")).AssertOk();
        Assert.Equal("Ready", reply.Json.GetProperty("state").GetString());
        var entry = reply.Json.GetProperty("entry");
        Assert.Equal(contents, entry.GetProperty("contents").GetString());
        Assert.Equal("read", entry.GetProperty("collectionId").GetString());
        Assert.Equal(id.ToString(), entry.GetProperty("transactionId").GetString());
    }

    [Fact]
    public async Task The_current_entry_is_the_last_one_at_the_position_it_was_read()
    {
        await _caller.AppendAsync("one", "current");
        var last = await _caller.AppendAsync("two", "current");
        await _caller.AppendAsync("elsewhere", "other");
        var reply = (await ledger.Reader.GetAsync($"/app/transactions/current?{Version}&collectionId=current"))
            .AssertOk();
        Assert.Equal("two", reply.Json.GetProperty("contents").GetString());
        Assert.True(TransactionId.TryParse(reply.Json.GetProperty("transactionId").GetString(), out var position));
        Assert.True(position >= last);
        Assert.False(reply.Json.TryGetProperty("state", out _));
    }

    [Fact]
    public async Task An_entry_is_in_the_one_collection_it_was_written_to()
    {
        var id = await _caller.AppendAsync("text", "mine");
        (await _caller.GetAsync($"/app/transactions/{id}?{Version}"))
            .AssertError(HttpStatusCode.NotFound, "UnknownLedgerEntry", id.ToString(), "collectionId");
        (await _caller.GetAsync($"/app/transactions/current?{Version}&collectionId=nobody"))
            .AssertError(HttpStatusCode.NotFound, "UnknownLedgerEntry", "no entry");
    }

    [Fact]
    public async Task The_status_becomes_committed()
    {
        var id = await _caller.AppendAsync("text");
        string? state;
        do
        {
            var reply = (await _caller.GetAsync($"/app/transactions/{id}/status?{Version}")).AssertOk();
            Assert.Equal(id.ToString(), reply.Json.GetProperty("transactionId").GetString());
            state = reply.Json.GetProperty("state").GetString();
        }
        while (state == "Pending");
        Assert.Equal("Committed", state);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/status")]
    [InlineData("/receipt")]
    public async Task An_id_that_is_none_is_refused(string rest)
    {
        const string beyond = "2.99999999999999999999";
        foreach (var text in (string[])["abc", "2", "2.", ".2", "2.x", "02.1", "-2.1", "2.1.1", beyond, "2%2E%31x"])
        {
            (await _caller.GetAsync($"/app/transactions/{text}{rest}?{Version}"))
                .AssertError(HttpStatusCode.BadRequest, "InvalidTransactionId", "2.18");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("/status")]
    [InlineData("/receipt")]
    public async Task An_id_that_will_never_be_ends_a_poll_at_once(string rest)
    {
        var id = await _caller.AppendAsync("text");
        foreach (var never in (string[])["1.1", $"{id.View.Value - 1}.{id.SeqNo}"])
        {
            (await _caller.GetAsync($"/app/transactions/{never}{rest}?{Version}"))
                .AssertError(HttpStatusCode.NotFound, "InvalidTransactionId", never);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("/status")]
    [InlineData("/receipt")]
    public async Task An_id_that_may_yet_be_is_not_found(string rest)
    {
        var id = await _caller.AppendAsync("text");
        var future = $"{id.View}.{id.SeqNo.Value + 100_000}";
        (await _caller.GetAsync($"/app/transactions/{future}{rest}?{Version}"))
            .AssertError(HttpStatusCode.NotFound, "TransactionNotFound", future);
    }

    [Fact]
    public async Task Governance_and_quotes_are_told_as_they_are()
    {
        var constitution = (await ledger.Reader.GetAsync($"/app/governance/constitution?{Version}")).AssertOk().Json;
        var script = constitution.GetProperty("script").GetString()!;
        Assert.Equal(
            Cryptography.Digest.Of(System.Text.Encoding.UTF8.GetBytes(script)).ToHex(),
            constitution.GetProperty("digest").GetString());

        var members = (await ledger.Reader.GetAsync($"/app/governance/members?{Version}"))
            .AssertOk().Json.GetProperty("members");
        var member = Assert.Single(members.EnumerateArray());
        var certificate = member.GetProperty("certificate").GetString();
        Assert.StartsWith("-----BEGIN CERTIFICATE-----", certificate, StringComparison.Ordinal);
        Assert.Equal(64, member.GetProperty("id").GetString()!.Length);

        var quotes = (await ledger.Reader.GetAsync($"/app/enclaveQuotes?{Version}")).AssertOk().Json;
        var node = quotes.GetProperty("currentNodeId").GetString()!;
        var quote = quotes.GetProperty("enclaveQuotes").GetProperty(node);
        Assert.Equal(node, quote.GetProperty("nodeId").GetString());
        Assert.Contains("Virtual", quote.GetProperty("quoteVersion").GetString(), StringComparison.Ordinal);
        Assert.Matches("^([0-9a-f]{2})*$", quote.GetProperty("raw").GetString());
    }
}
