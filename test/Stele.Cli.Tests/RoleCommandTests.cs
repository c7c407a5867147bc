using System.Text.Json;

namespace Stele.Cli.Tests;

/// <summary>role list, set, remove; and users who have several.</summary>
public sealed class RoleCommandTests(RunningLedger ledger) : IClassFixture<RunningLedger>
{
    private const string Prefix = "Microsoft.ConfidentialLedger/ledger/";
    private readonly Tool _stele = new(ledger);

    [Fact]
    public async Task A_role_is_made_given_extended_and_removed()
    {
        var made = (await _stele.RunAsync("role", "set", "auditor", "--action", $"{Prefix}historicalQuery")).Ok().Output.Trim();
        Assert.Equal($"auditor\t{Prefix}historicalQuery", made);
        var file = Path.Combine(ledger.DataDirectory, "alice.pem");
        var user = (await _stele.RunAsync("user", "new", "alice", "--role", "auditor", "-o", file)).Ok().Output.Trim();
        Assert.EndsWith("\tauditor", user, StringComparison.Ordinal);
        var id = await _stele.AppendAsync("x");
        (await _stele.RunAsync("get", id, "--certificate", file)).Ok();
        Assert.Contains("receipts/read", (await ReceiptAsync(id, file)).Errors, StringComparison.Ordinal);

        // What it may already do stays.
        var extended = (await _stele.RunAsync(
            "role", "set", "auditor", "-a", $"{Prefix}receipts/read", "-a", "/of/an/application", "--json")).Ok().Output;
        string[] all = ["/of/an/application", $"{Prefix}historicalQuery", $"{Prefix}receipts/read"];
        Assert.Equal(all, Actions(extended));
        Assert.Contains($"auditor\t{string.Join(", ", all)}", (await _stele.RunAsync("role", "list")).Ok().Lines);
        Assert.Equal(all, Actions((await _stele.RunAsync("role", "list", "--json")).Ok().Output));
        (await ReceiptAsync(id, file)).Ok();

        (await _stele.RunAsync("role", "remove", "auditor")).Ok();
        Assert.Empty((await _stele.RunAsync("role", "list")).Ok().Lines);
        Assert.Equal(1, (await _stele.RunAsync("get", id, "--certificate", file)).ExitCode);
        (await _stele.RunAsync("role", "remove", "auditor")).Ok();
    }

    [Fact]
    public async Task A_user_has_the_roles_that_are_given_and_no_others()
    {
        (await _stele.RunAsync("role", "set", "writer", "-a", $"{Prefix}append")).Ok();
        var added = (await _stele.RunAsync("user", "add", "somebody", "--role", "reader", "--role", "writer")).Ok().Output.Trim();
        Assert.Equal("somebody\tReader, writer", added);
        Assert.Contains(added, (await _stele.RunAsync("user", "list")).Ok().Lines);
        Assert.Equal("somebody\tReader", (await _stele.RunAsync("user", "add", "somebody", "-r", "reader")).Ok().Output.Trim());
        Assert.Equal(1, (await _stele.RunAsync("user", "add", "somebody", "-r", "reader", "-r", "nobody-made-this")).ExitCode);
        Assert.Contains("somebody\tReader", (await _stele.RunAsync("user", "list")).Ok().Lines);
        (await _stele.RunAsync("role", "remove", "writer")).Ok();
    }

    private static string[] Actions(string role)
    {
        using var json = JsonDocument.Parse(role);
        Assert.Equal("auditor", json.RootElement.GetProperty("roleName").GetString());
        return [.. json.RootElement.GetProperty("roleActions").EnumerateArray().Select(action => action.GetString()!)];
    }

    private Task<Finished> ReceiptAsync(string id, string certificate) => _stele.RunAsync(
        "receipt", id, "-o", Path.Combine(ledger.DataDirectory, $"{Guid.NewGuid():N}.json"), "--certificate", certificate);
}
