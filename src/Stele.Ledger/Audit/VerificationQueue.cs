using Stele.Ledger.Files;

namespace Stele.Ledger.Audit;

/// <summary>Signatures that are being verified on other threads, in the ledger's order and never too many.</summary>
internal sealed class VerificationQueue(int max)
{
    private readonly Queue<Task> _running = new();

    /// <summary>Has a signature verified; where the queue is full, once the oldest in it is done.</summary>
    /// <exception cref="LedgerCorruptException">The oldest is not good.</exception>
    public async Task AddAsync(SignatureCheck check, string file, long offset)
    {
        if (_running.Count == max) await _running.Dequeue().ConfigureAwait(false);
        _running.Enqueue(VerifyAsync(check, file, offset));
    }

    /// <summary>Waits for all.</summary>
    /// <exception cref="LedgerCorruptException">One is not good: the first in the ledger's order.</exception>
    public async Task DrainAsync()
    {
        while (_running.TryDequeue(out var oldest)) await oldest.ConfigureAwait(false);
    }

    private static async Task VerifyAsync(SignatureCheck check, string file, long offset)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            check.Run();
        }
        catch (FormatException fault)
        {
            throw new LedgerCorruptException(file, offset, check.Id.SeqNo, fault.Message);
        }
    }
}
