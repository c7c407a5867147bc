using System.Buffers;
using Stele.Cryptography;
using Stele.Cryptography.Merkle;
using Stele.Ledger.Files;
using Stele.Ledger.Secrets;

namespace Stele.Ledger.Audit;

/// <summary>A block of entries of which all is known that needs no order: what many threads do at once.</summary>
internal sealed class CheckedBlock : IDisposable
{
    private readonly EntryBlock _block;
    private readonly CheckedEntry[] _entries;

    private CheckedBlock(EntryBlock block, LedgerSecrets? secrets)
    {
        _block = block;
        _entries = ArrayPool<CheckedEntry>.Shared.Rent(block.Count);
        var leaves = ArrayPool<Digest>.Shared.Rent(block.Count);
        try
        {
            Check(secrets, leaves);
            Run = new MerkleRun(block.First.Value, leaves.AsSpan(0, Count));
        }
        finally
        {
            ArrayPool<Digest>.Shared.Return(leaves);
        }
    }

    /// <summary>The number of entries that could be read.</summary>
    public int Count { get; private set; }

    /// <summary>The bytes of the whole block.</summary>
    public int Size => _block.Size;

    /// <summary>Why the next entry could not be read; none where all could.</summary>
    public FormatException? Unreadable { get; private set; }

    /// <summary>The tree's nodes above these entries' leaves.</summary>
    public MerkleRun Run { get; }

    /// <summary>An entry.</summary>
    public ref readonly CheckedEntry this[int index] => ref _entries[index];

    /// <summary>Checks a block, on another thread than the caller's.</summary>
    /// <param name="block">The block, which the result disposes of.</param>
    /// <param name="secrets">The ledger secrets; null for an auditor who has none.</param>
    public static async Task<CheckedBlock> CheckAsync(EntryBlock block, LedgerSecrets? secrets)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        return new CheckedBlock(block, secrets);
    }

    /// <summary>The byte in the file where an entry begins.</summary>
    public long OffsetOf(int index) => _block.OffsetOf(index);

    /// <inheritdoc/>
    public void Dispose()
    {
        ArrayPool<CheckedEntry>.Shared.Return(_entries, clearArray: true);
        Run.Dispose();
        _block.Dispose();
    }

    private void Check(LedgerSecrets? secrets, Digest[] leaves)
    {
        try
        {
            for (; Count < _block.Count; Count++)
            {
                _entries[Count] = CheckedEntry.InPlace(_block[Count], secrets);
                leaves[Count] = _entries[Count].Leaf;
            }
        }
        catch (FormatException damage)
        {
            // The entries before it are judged first.
            Unreadable = damage;
        }
    }
}
