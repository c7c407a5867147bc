using System.Text.Json.Nodes;

namespace Stele.Browser.Tests;

/// <summary>An entry of the running ledger, and its receipt as <c>stele append --receipt</c> saved it.</summary>
public sealed class AppendedEntry(RunningLedger ledger) : IAsyncLifetime
{
    /// <summary>What it holds.</summary>
    public const string Contents = "{\"price\": 42}";

    /// <summary>The file with the receipt.</summary>
    public string ReceiptFile { get; } = Path.GetTempFileName();

    /// <summary>The same, read.</summary>
    public JsonNode Answer { get; private set; } = null!;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        string[] options = ["--collection", "offers", "--receipt", ReceiptFile, "--data", ledger.DataDirectory];
        (await SteleTool.RunAsync(["append", Contents, .. options])).Ok();
        Answer = JsonNode.Parse(await File.ReadAllTextAsync(ReceiptFile))!;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        File.Delete(ReceiptFile);
        return ValueTask.CompletedTask;
    }
}
