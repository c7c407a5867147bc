using System.Text.Json;

namespace Stele.Cli.Tests;

/// <summary>append, get, list, collections, status.</summary>
public sealed class EntryCommandTests(RunningLedger ledger)
{
    private readonly Tool _stele = new(ledger);

    [Fact]
    public async Task An_entry_is_appended_and_shown()
    {
        var id = await _stele.AppendAsync("hello", "-c", "one", "-t", "greeting");
        Assert.True(TransactionId.TryParse(id, out _), id);
        Assert.Equal("hello", (await _stele.RunAsync("get", id, "-c", "one")).Ok().Output.Trim());
        Assert.Equal("hello", (await _stele.RunAsync("get", "-c", "one")).Ok().Output.Trim());
        Assert.Equal("Committed", (await _stele.RunAsync("status", id)).Ok().Output.Trim());
        Assert.Contains("one", (await _stele.RunAsync("collections")).Ok().Lines);
        Assert.Equal($"{id}\thello", (await _stele.RunAsync("list", "-c", "one", "--tag", "greeting")).Ok().Output.Trim());
        Assert.Equal("", (await _stele.RunAsync("list", "-c", "one", "--tag", "none")).Ok().Output);
    }

    [Fact]
    public async Task An_entry_is_found_by_its_id_in_whichever_collection_it_is()
    {
        var id = await _stele.AppendAsync("somewhere", "-c", "far away");
        Assert.Equal("somewhere", (await _stele.RunAsync("get", id)).Ok().Output.Trim());
        Assert.Equal("far away", Json((await _stele.RunAsync("get", id, "--json")).Ok()).GetProperty("collectionId").GetString());
        var elsewhere = await _stele.RunAsync("get", id, "-c", "near");
        Assert.Equal(1, elsewhere.ExitCode);
        Assert.Contains($"In collection near there is no {id}; without --collection,", elsewhere.Errors, StringComparison.Ordinal);
        // The ledger's first transaction founds it.
        var none = await _stele.RunAsync("get", "2.1");
        Assert.Equal(1, none.ExitCode);
        Assert.Contains("Transaction 2.1 wrote no entry", none.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Results_are_json_where_that_is_asked_for()
    {
        var appended = Json((await _stele.RunAsync("append", "text", "-c", "json", "--json", "--wait")).Ok());
        var id = appended.GetProperty("transactionId").GetString()!;
        Assert.Equal("json", appended.GetProperty("collectionId").GetString());
        Assert.Equal("text", Json((await _stele.RunAsync("get", id, "-c", "json", "--json")).Ok()).GetProperty("contents").GetString());
        var listed = Json((await _stele.RunAsync("list", "-c", "json", "--json")).Ok());
        Assert.Equal(id, listed.GetProperty("transactionId").GetString());
    }

    [Theory]
    [InlineData("a\nb\nc\n", new[] { "a", "b", "c" })]
    [InlineData("a\r\nb", new[] { "a", "b" })]
    [InlineData("a\n\nb\n", new[] { "a", "", "b" })]
    [InlineData("10%\r100%\n\r\n\u0085é\n", new[] { "10%\r100%", "", "\u0085é" })]
    [InlineData("", new string[0])]
    public async Task Lines_become_entries_in_their_order(string input, string[] entries)
    {
        var collection = $"lines {entries.Length} {input.Length}";
        (await _stele.WithInputAsync(input, "append", "--lines", "-c", collection)).Ok();
        await WhenCommittedAsync(collection);
        var listed = (await _stele.RunAsync("list", "-c", collection, "--json")).Ok();
        Assert.Equal(entries, listed.Lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("contents").GetString()));
    }

    [Fact]
    public async Task Many_lines_are_listed_over_many_pages_and_up_to_a_limit()
    {
        var input = string.Join('\n', Enumerable.Range(0, 350));
        var run = (await _stele.WithInputAsync(input, "append", "--lines", "-c", "many", "--json")).Ok();
        Assert.Equal(350, Json(run).GetProperty("entries").GetInt32());
        Assert.Contains("350 entries in", run.Errors, StringComparison.Ordinal);
        await WhenCommittedAsync("many");
        Assert.Equal(350, (await _stele.RunAsync("list", "-c", "many")).Ok().Lines.Length);
        Assert.Equal(7, (await _stele.RunAsync("list", "-c", "many", "--limit", "7")).Ok().Lines.Length);
        var last = Json(run).GetProperty("last").GetString()!;
        Assert.Single((await _stele.RunAsync("list", "-c", "many", "--from", last)).Ok().Lines);
    }

    [Fact]
    public async Task A_dash_is_standard_input()
    {
        var id = Json((await _stele.WithInputAsync("from a pipe", "append", "-", "-c", "dash", "--json", "--wait")).Ok());
        var shown = (await _stele.RunAsync("get", id.GetProperty("transactionId").GetString()!, "-c", "dash")).Ok();
        Assert.Equal("from a pipe", shown.Output.Trim());
        (await _stele.WithInputAsync("one\ntwo\n", "append", "-", "--lines", "-c", "dashes")).Ok();
        await WhenCommittedAsync("dashes");
        Assert.Equal(2, (await _stele.RunAsync("list", "-c", "dashes")).Ok().Lines.Length);
        Assert.Equal(2, (await _stele.RunAsync("append", "-", "--file", "x")).ExitCode);
    }

    [Fact]
    public async Task Where_the_first_line_fails_nothing_is_said_to_have_been_appended()
    {
        var run = await _stele.WithInputAsync("one\n[2]\n", "append", "--jsonl", "-c", "first");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("No entry was appended.", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_that_is_not_json_is_named_with_what_was_taken_before_it()
    {
        var run = await _stele.WithInputAsync("{\"a\":1}\n[2]\nthree\n", "append", "--jsonl", "-c", "jsonl");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("Line 3 is not JSON", run.Errors, StringComparison.Ordinal);
        Assert.Contains("2 entries were appended, the last of them line 2", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_that_is_not_text_is_named()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllBytesAsync(file, [.. "one\ntwo\n"u8, 0xff, .. "\nfour\n"u8], TestContext.Current.CancellationToken);
        var run = await _stele.RunAsync("append", "--lines", "--file", file, "-c", "binary");
        File.Delete(file);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("Line 3 is not UTF-8 text", run.Errors, StringComparison.Ordinal);
        Assert.Contains("2 entries were appended", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_longer_than_any_buffer_is_one_entry()
    {
        var line = string.Concat(Enumerable.Range(0, 60_000).Select(i => $"{i},é;"));
        (await _stele.WithInputAsync($"{line}\nshort", "append", "--lines", "-c", "long")).Ok();
        await WhenCommittedAsync("long");
        var listed = (await _stele.RunAsync("list", "-c", "long", "--json")).Ok().Lines;
        Assert.Equal([line, "short"], listed.Select(text => JsonDocument.Parse(text).RootElement.GetProperty("contents").GetString()));
    }

    [Fact]
    public async Task A_listed_entry_stays_on_its_line_and_cannot_command_a_terminal()
    {
        var id = await _stele.AppendAsync("a\n\u001b[2Jb\tc", "-c", "control");
        var listed = (await _stele.RunAsync("list", "-c", "control")).Ok().Output;
        Assert.Equal($"{id}\ta\\u000a\\u001b[2Jb\tc\n", listed);
        Assert.Equal("a\n\u001b[2Jb\tc\n", (await _stele.RunAsync("get", id, "-c", "control")).Ok().Output);
    }

    [Fact]
    public async Task Lines_appended_at_once_are_all_there()
    {
        var lines = Enumerable.Range(0, 200).Select(i => $"line {i}").ToHashSet();
        (await _stele.WithInputAsync(string.Join('\n', lines), "append", "--lines", "-c", "at once", "--concurrency", "8")).Ok();
        await WhenCommittedAsync("at once");
        var listed = (await _stele.RunAsync("list", "-c", "at once")).Ok().Lines;
        Assert.Equal(200, listed.Length);
        Assert.Equal(lines, listed.Select(line => line.Split('\t')[1]).ToHashSet());
    }

    [Fact]
    public async Task A_file_is_one_entry_and_must_be_text()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "line one\nline two\n", TestContext.Current.CancellationToken);
        var id = (await _stele.RunAsync("append", "--file", file, "--wait")).Ok().Output.Trim();
        Assert.Equal("line one\nline two\n\n", (await _stele.RunAsync("get", id)).Ok().Output);
        await File.WriteAllBytesAsync(file, [0xff, 0xfe, 0], TestContext.Current.CancellationToken);
        var refused = await _stele.RunAsync("append", "--file", file);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("is not UTF-8 text", refused.Errors, StringComparison.Ordinal);
        File.Delete(file);
    }

    [Fact]
    public async Task What_the_ledger_refuses_is_told_in_its_words()
    {
        var unknown = await _stele.RunAsync("get", "2.999999");
        Assert.Equal(1, unknown.ExitCode);
        Assert.Contains("404", unknown.Errors, StringComparison.Ordinal);
        // The larger one is refused before it could have been sent.
        foreach (var length in new[] { 1_100_000, 10_000_000 })
        {
            var tooLarge = await _stele.WithInputAsync(new string('x', length), "append");
            Assert.Equal(1, tooLarge.ExitCode);
            Assert.Contains("1048576 bytes", tooLarge.Errors, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", tooLarge.Errors, StringComparison.Ordinal);
        }
    }

    private async Task WhenCommittedAsync(string collection) => await _stele.AppendAsync("barrier", "-c", $"after {collection}");

    private static JsonElement Json(Finished run) => JsonDocument.Parse(run.Output).RootElement;
}
