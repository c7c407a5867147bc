using System.Collections.Concurrent;
using System.Numerics;
using Stele.Cryptography;
using Stele.Cryptography.Merkle;
using Stele.Ledger.Files;
using Stele.Ledger.Signatures;

namespace Stele.Ledger.Proofs;

/// <summary>
/// Which signature transaction covers an entry, the path from the entry to its root, and the node's signature of that root:
/// for any entry of a ledger of any size, without the tree in memory. Derived from the ledger, and never trusted over it:
/// whoever asks compares the root.
/// </summary>
/// <remarks>
/// Full tiles lie in files that never change; the tile being filled, and those not yet written, are in memory. Above the
/// tiles, the tree is held in memory: 64 bytes for each tile, a thousandth of a byte for each entry. One thread appends, any
/// thread reads; readers ask only for what has been published as durable.
/// </remarks>
public sealed class ProofIndex : IDisposable
{
    /// <summary>The entries of a tile.</summary>
    public const int TileEntries = ProofTile.Leaves;

    // So many tiles wait for a disk that refuses them; then they are given up, and rebuilt some day.
    private const int UnwrittenMax = 8;

    private readonly string _directory;
    private readonly OpenFiles _files = new(OpenFilesLimit.Share(eighths: 1));
    private readonly ConcurrentDictionary<long, ProofTile> _inMemory = new();
    private readonly KnownSigners _signers = new();

    // The tiles that have a file, and whether it tells their signatures: one that an older version wrote does not.
    private readonly ConcurrentDictionary<long, bool> _onDisk = new();
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _givenUp = new(0);

    // The tree above the tiles, row by row: row 0 holds the tiles' roots.
    private readonly List<List<Digest>> _above = [[]];

    private ProofTile _filling = new();
    private long _fillingTile;
    private Task _writing = Task.CompletedTask;

    private ProofIndex(string directory) => _directory = directory;

    /// <summary>The next leaf that is to be appended.</summary>
    public SeqNo Next => new((_fillingTile * ProofTile.Leaves) + _filling.Count);

    /// <summary>The first leaf of the tile that is being filled.</summary>
    public SeqNo FirstInMemory => new(_fillingTile * ProofTile.Leaves);

    /// <summary>
    /// The entries that a lost or damaged tile held, or that one holds without its signatures: they are to be given to
    /// <see cref="Restore"/>.
    /// </summary>
    public IReadOnlyList<SeqNoRange> Missing
    {
        get
        {
            var missing = new List<SeqNoRange>();
            for (var tile = 0L; tile < Volatile.Read(ref _fillingTile); tile++)
                if (!_onDisk.GetValueOrDefault(tile) && !_inMemory.ContainsKey(tile)) missing.Add(RangeOf(tile));
            return missing;
        }
    }

    /// <summary>Opens an index, which may be empty.</summary>
    /// <param name="directory">Where its tiles are; made if need be.</param>
    /// <param name="last">The last entry that there is to prove: tiles beyond it belong to another ledger, and go.</param>
    /// <param name="from">
    /// The entry before which none will be appended again: what the index lacks before its tile is <see cref="Missing"/>.
    /// </param>
    public static ProofIndex Open(string directory, SeqNo last, SeqNo from)
    {
        Directory.CreateDirectory(directory);
        var index = new ProofIndex(directory);
        foreach (var path in Directory.EnumerateFiles(directory))
        {
            if (ProofTileName.Parse(Path.GetFileName(path)) is not { } tile) continue;
            var length = new FileInfo(path).Length;
            if (length < ProofTile.TreeBytes || RangeOf(tile).Last > last) File.Delete(path);
            else index._onDisk[tile] = length > ProofTile.TreeBytes;
        }
        index._fillingTile = Math.Max(from.Value / ProofTile.Leaves, index._onDisk.IsEmpty ? 0 : index._onDisk.Keys.Max() + 1);
        index._inMemory[index._fillingTile] = index._filling;
        if (index._fillingTile == 0) index.Append(ProofLeaf.BeforeAll);
        index.RaiseAboveTiles();
        return index;
    }

    /// <summary>Adds the leaf of the next entry.</summary>
    public void Append(in ProofLeaf leaf)
    {
        _filling.Append(Share(leaf));
        if (!_filling.IsFull) return;
        _writing = WriteBehindAsync(_writing);
        var next = new ProofTile();
        _inMemory[_fillingTile + 1] = next;
        _filling = next;
        Volatile.Write(ref _fillingTile, _fillingTile + 1);
        RaiseAboveTiles();
    }

    /// <summary>Completes once a tile is missing. For one caller at a time.</summary>
    public async Task WhenMissingAsync(CancellationToken cancel)
    {
        while (Missing.Count == 0) await _givenUp.WaitAsync(cancel);
    }

    /// <summary>Puts back a tile that is missing.</summary>
    /// <param name="range">One of <see cref="Missing"/>.</param>
    /// <param name="leaves">The leaves of its entries, in order.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Restore(SeqNoRange range, IEnumerable<ProofLeaf> leaves)
    {
        var tile = new ProofTile();
        if (range.First == SeqNo.None) tile.Append(ProofLeaf.BeforeAll);
        foreach (var leaf in leaves) tile.Append(leaf);
        if (!tile.IsFull) throw new ArgumentException("A tile has 65,536 leaves, with that of seqno 0.", nameof(leaves));
        Write(range.First.Value / ProofTile.Leaves, tile);
        RaiseAboveTiles();
    }

    /// <summary>The first signature transaction behind a seqno.</summary>
    /// <returns>Its seqno; null where there is none yet, or where it cannot be told without a tile that is missing.</returns>
    public SeqNo? NextSignature(SeqNo behind)
    {
        try
        {
            for (var seqno = behind.Value + 1; seqno < Next.Value;)
            {
                var tile = seqno / ProofTile.Leaves;
                if (MarkedFrom(tile, (int)(seqno % ProofTile.Leaves)) is { } found)
                    return new SeqNo((tile * ProofTile.Leaves) + found);
                seqno = (tile + 1) * ProofTile.Leaves;
            }
            return null;
        }
        catch (TileMissingException)
        {
            return null;
        }
    }

    /// <summary>The node's signature in a signature transaction, as far as the index holds it.</summary>
    /// <returns>The signature, with its certificate; null where it is to be looked for in the ledger.</returns>
    public NodeSignature? SignatureAt(SeqNo seqno)
    {
        var (tile, leaf) = Math.DivRem(seqno.Value, ProofTile.Leaves);
        if (InMemory(tile) is { } held) return held.SignatureAt((int)leaf);
        if (!_onDisk.GetValueOrDefault(tile)) return null;
        try
        {
            return new SignatureReading(this, _signers, tile).At(seqno);
        }
        catch (TileMissingException)
        {
            return null;
        }
        catch (FormatException)
        {
            // What the tile says of the tree is another matter, and is compared on its own.
            if (_onDisk.TryUpdate(tile, newValue: false, comparisonValue: true)) _givenUp.Release();
            return null;
        }
    }

    /// <summary>The path from an entry to the root that a signature transaction signs.</summary>
    /// <returns>The path; null where a tile is missing.</returns>
    public MerkleProof? Prove(SeqNo entry, SeqNo signature)
    {
        using var reading = new ProofReading(this);
        try
        {
            return MerklePaths.Prove(reading, entry.Value, leafCount: signature.Value);
        }
        catch (TileMissingException)
        {
            return null;
        }
    }

    /// <summary>Gives up the tiles that a proof of an entry is made of: what they say is not what was signed.</summary>
    public void Distrust(SeqNo entry, SeqNo signature)
    {
        foreach (var tile in ((long[])[entry.Value, signature.Value - 1, signature.Value]).Select(seqno => seqno / ProofTile.Leaves))
            if (_onDisk.ContainsKey(tile)) GiveUp(tile);
    }

    /// <summary>Waits until every full tile has been written, or has been refused by the disk.</summary>
    public Task FlushAsync() => _writing;

    /// <inheritdoc/>
    public void Dispose()
    {
        _files.Dispose();
        _givenUp.Dispose();
    }

    internal ProofTile? InMemory(long tile) => _inMemory.GetValueOrDefault(tile);

    internal void ReadTile(long tile, Span<byte> bytes, long offset)
    {
        if (!_onDisk.ContainsKey(tile)) throw new TileMissingException(tile);
        try
        {
            if (_files.Read(PathOf(tile), bytes, offset) == bytes.Length) return;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // As if it were not there.
        }
        GiveUp(tile);
        throw new TileMissingException(tile);
    }

    internal Digest NodeAboveTiles(int level, long index)
    {
        lock (_lock)
        {
            var row = level - ProofTile.Height;
            if (row < _above.Count && index < _above[row].Count) return _above[row][(int)index];
            throw new TileMissingException(_above[0].Count);
        }
    }

    private static SeqNoRange RangeOf(long tile) =>
        new(new SeqNo(tile * ProofTile.Leaves), new SeqNo(((tile + 1) * ProofTile.Leaves) - 1));

    private ProofLeaf Share(in ProofLeaf leaf) =>
        leaf.Signature is { } signature ? leaf with { Signature = _signers.Share(signature) } : leaf;

    private string PathOf(long tile) => Path.Combine(_directory, ProofTileName.Of(tile));

    private int? MarkedFrom(long tile, int leaf)
    {
        if (InMemory(tile) is { } held) return FirstBit(held.Bytes[ProofTile.MarksOffset..], leaf, leafOfFirst: 0);
        Span<byte> marks = stackalloc byte[1024];
        for (var start = leaf / 8; start < ProofTile.Leaves / 8; start += marks.Length)
        {
            var part = marks[..Math.Min(marks.Length, (ProofTile.Leaves / 8) - start)];
            ReadTile(tile, part, ProofTile.MarksOffset + start);
            if (FirstBit(part, leaf, leafOfFirst: start * 8) is { } found) return found;
        }
        return null;
    }

    private static int? FirstBit(ReadOnlySpan<byte> marks, int from, int leafOfFirst)
    {
        var first = Math.Max(from - leafOfFirst, 0);
        for (var i = first >> 3; i < marks.Length; i++)
        {
            var bits = i == first >> 3 ? marks[i] & (0xff << (first & 7)) : marks[i];
            if (bits != 0) return leafOfFirst + (i * 8) + BitOperations.TrailingZeroCount(bits);
        }
        return null;
    }

    // Goes on above the tiles as far as there is no gap.
    private void RaiseAboveTiles()
    {
        lock (_lock)
        {
            for (var tile = (long)_above[0].Count; tile < _fillingTile; tile++)
            {
                if (RootOf(tile) is not { } node) return;
                var index = tile;
                for (var row = 0; ; row++, index >>= 1)
                {
                    if (row == _above.Count) _above.Add([]);
                    _above[row].Add(node);
                    if ((index & 1) == 0) break;
                    node = Digest.Of(_above[row][^2], node);
                }
            }
        }
    }

    private Digest? RootOf(long tile)
    {
        if (InMemory(tile) is { } held) return held.Root;
        // The two halves and the root lie together; a root that is not made of them would spoil the proofs of other tiles.
        Span<byte> top = stackalloc byte[3 * Digest.Size];
        try
        {
            ReadTile(tile, top, ProofTile.PlaceOf(ProofTile.Height - 1, 0) * (long)Digest.Size);
            var root = new Digest(top[(2 * Digest.Size)..]);
            if (Digest.Of(top[..(2 * Digest.Size)]) == root) return root;
            GiveUp(tile);
            return null;
        }
        catch (TileMissingException)
        {
            return null;
        }
    }

    private async Task WriteBehindAsync(Task before)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        foreach (var (number, tile) in _inMemory)
        {
            if (!tile.IsFull) continue;
            try
            {
                Write(number, tile);
                _inMemory.TryRemove(number, out _);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                // The index is never worth a write that fails: the tile stays in memory until the next one is full.
                if (_inMemory.Count <= UnwrittenMax) continue;
                _inMemory.TryRemove(number, out _);
                _givenUp.Release();
            }
        }
    }

    private void Write(long number, ProofTile tile)
    {
        byte[] bytes = [.. tile.Bytes, .. SignatureSection.Of(RangeOf(number).First, tile)];
        Durable.Replace(PathOf(number), bytes, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        _files.Forget(PathOf(number)); // the one that it replaces
        _onDisk[number] = true;
    }

    private void GiveUp(long tile)
    {
        _onDisk.TryRemove(tile, out _);
        _files.Forget(PathOf(tile));
        lock (_lock)
        {
            // What stands above it was made of it.
            for (var row = 0; row < _above.Count; row++)
            {
                var count = (int)Math.Min(_above[row].Count, tile >> row);
                _above[row].RemoveRange(count, _above[row].Count - count);
            }
        }
        _givenUp.Release();
    }
}
