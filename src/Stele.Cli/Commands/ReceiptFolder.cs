namespace Stele.Cli.Commands;

/// <summary>Where the receipts of appended entries go: a file for each, or one file for the one entry.</summary>
/// <param name="path">The folder, or the file.</param>
/// <param name="isFile">Whether it is a file.</param>
internal sealed class ReceiptFolder(string path, bool isFile)
{
    /// <summary>Saves the answer to an append that waited for its commit: it holds the receipt and its claims.</summary>
    public async Task SaveAsync(TransactionId id, byte[] answer, CancellationToken cancel)
    {
        var file = isFile ? path : Path.Combine(path, $"{id}.json");
        try
        {
            if (!isFile) Directory.CreateDirectory(path);
            await File.WriteAllBytesAsync(file, answer, cancel);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException(
                $"Entry {id} is committed, but its receipt cannot be written to {file}: {fault.Message} "
                + $"Fetch it with: stele receipt {id}", ExitCode.Failed);
        }
    }
}
