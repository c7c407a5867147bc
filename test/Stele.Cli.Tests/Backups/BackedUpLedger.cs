using System.Net.Http.Json;

namespace Stele.Cli.Tests.Backups;

/// <summary>A ledger in many small files that has stopped, and backups of it: an earlier one and the same later, with secrets.</summary>
/// <remarks>All tests share it, at the same time: what they change is a copy.</remarks>
public sealed class BackedUpLedger : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("stele-backup-");
    private readonly Lazy<Task> _made;

    public BackedUpLedger() => _made = new(MakeAsync);

    public string Data => At("data");

    public string Earlier => At("earlier");

    public string Later => At("later");

    public string Id { get; private set; } = "";

    public string Receipt => At("receipt.json");

    /// <summary>Waits until it is there; who asks first has it made.</summary>
    public Task MadeAsync() => _made.Value;

    public void Dispose() => _directory.Delete(recursive: true);

    private async Task MakeAsync()
    {
        await using var ledger = await RunningLedger.StartAsync(Data, "--chunk-size", "30000");
        Id = await AppendAsync(ledger, "the first");
        await FillAsync(ledger);
        (await SteleTool.RunAsync("receipt", Id, "-o", Receipt, "--data", Data)).Ok();
        (await SteleTool.RunAsync("backup", Data, Later, "--with-secrets", "--with-seal-key")).Ok();
        Copy(Later, Earlier);
        await FillAsync(ledger);
        (await SteleTool.RunAsync("backup", Data, Later, "--with-secrets", "--with-seal-key")).Ok();
        await ledger.StopAsync();
        // Its last file may just have been closed; what is tried here has an open one.
        if (Directory.GetFiles(ledger.LedgerDirectory).All(path => path.EndsWith(".committed", StringComparison.Ordinal)))
        {
            await ledger.StartAsync();
            await AppendAsync(ledger, "one more");
            await ledger.StopAsync();
        }
    }

    /// <summary>A directory of a test's own, that is not there yet.</summary>
    public string New() => At($"{Guid.NewGuid():N}");

    /// <summary>A copy of a directory, for a test to spoil.</summary>
    public string CopyOf(string directory)
    {
        var copy = New();
        Copy(directory, copy);
        return copy;
    }

    public static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
            File.SetLastWriteTimeUtc(Path.Combine(to, Path.GetFileName(file)), File.GetLastWriteTimeUtc(file));
        }
        foreach (var directory in Directory.GetDirectories(from)) Copy(directory, Path.Combine(to, Path.GetFileName(directory)));
    }

    /// <summary>Appends, and waits until it is committed.</summary>
    public static async Task<string> AppendAsync(RunningLedger ledger, string contents)
    {
        using var client = ledger.CreateClient();
        using var answer = await client.PostAsJsonAsync(
            "/app/transactions?api-version=2026-07-31-preview&waitForCommit=true", new { contents });
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return answer.Headers.GetValues("x-ms-ccf-transaction-id").Single();
    }

    private static async Task FillAsync(RunningLedger ledger) => (await Finished.RunAsync(
        SteleTool.StartInfo("append", "--lines", "--data", ledger.DataDirectory),
        string.Concat(Enumerable.Range(0, 200).Select(i => $"entry {i}\n")))).Ok();

    private string At(string name) => Path.Combine(_directory.FullName, name);
}
