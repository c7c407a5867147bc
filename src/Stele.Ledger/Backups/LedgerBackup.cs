using System.Security.Cryptography;
using Stele.Cryptography;
using Stele.Cryptography.Certificates;
using Stele.Ledger.Files;
using Stele.Ledger.Snapshots;

namespace Stele.Ledger.Backups;

/// <summary>
/// Adds to a backup what a ledger has and it has not, while the ledger's node runs: closed files, which never change, and of
/// the open one what is committed. Each file is verified in the backup, from where the backup ended, before it counts.
/// </summary>
/// <param name="source">What is backed up.</param>
/// <param name="target">The backup.</param>
/// <param name="time">The clock.</param>
public sealed class LedgerBackup(BackupSource source, BackupDirectory target, TimeProvider time)
{
    private const int RenamesMax = 10;
    private static readonly TimeSpan RenameTakes = TimeSpan.FromMilliseconds(50);

    private readonly TransactionId _before = target.Manifest?.Last ?? default;
    private readonly Dictionary<string, BackupFile> _files =
        target.Manifest?.Files.ToDictionary(file => file.Name, StringComparer.Ordinal) ?? [];

    private BackupSequence _sequence = new(null);
    private int _filesCopied;
    private long _bytesCopied;
    private long _bytesOfStep;
    private bool _isNoted;

    /// <summary>Runs it. May be interrupted at any point, and run again.</summary>
    /// <exception cref="BackupException">
    /// The ledger is not the one that the backup is of, or ends before it; or files of the backup are gone or damaged.
    /// </exception>
    /// <exception cref="LedgerCorruptException">The ledger does not verify.</exception>
    /// <exception cref="IOException">Files cannot be read or written.</exception>
    public async Task<BackupReport> RunAsync(CancellationToken cancel)
    {
        RefuseDamaged(cancel);
        _sequence = new BackupSequence(ReadPoint());
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await TakeLedgerAsync(cancel).ConfigureAwait(false);
                break;
            }
            catch (FileNotFoundException) when (attempt < RenamesMax)
            {
                // The open file was closed meanwhile, and has another name now.
            }
        }
        CheckService();
        await TakeExtrasAsync(cancel).ConfigureAwait(false);
        if (_filesCopied > 0 || _isNoted) await CommitAsync(cancel).ConfigureAwait(false);
        else target.PutInOrder();
        return new BackupReport(target.Manifest!, _before, _filesCopied, _bytesCopied);
    }

    // What is there counts only while it is as it was written. Closed ledger files are most of a backup: they are read where that
    // is asked for, and must be there with their size in any case.
    private void RefuseDamaged(CancellationToken cancel)
    {
        var faults = new List<BackupFault>();
        foreach (var file in _files.Values)
        {
            cancel.ThrowIfCancellationRequested();
            var isRead = source.ComparesAll || file.Chunk is not { IsCommitted: true };
            if (BackupVerification.Check(target, file, isRead) is { } fault) faults.Add(fault);
        }
        if (faults.Count == 0) return;
        throw new BackupException(
            $"The backup in {target.Location} is damaged, and nothing was added to it:"
            + string.Concat(faults.Select(fault => $"\n  {fault.File}: {fault.Reason}"))
            + $"\nPut a copy in its place that has the SHA-256 that {BackupManifest.FileName} says (of a ledger file that ends in "
            + ".committed, each node has one), or begin another backup in a new directory.", isDamage: true);
    }

    private async Task TakeLedgerAsync(CancellationToken cancel)
    {
        // Read before the files are listed: they reach at least as far.
        var head = LedgerHead.Read(source.HeadFile);
        var chunks = LedgerDirectory.Chunks(source.LedgerDirectory);
        foreach (var chunk in chunks.Where(chunk => chunk.Name.IsCommitted)) await TakeClosedAsync(chunk, cancel).ConfigureAwait(false);
        var open = chunks.LastOrDefault(chunk => !chunk.Name.IsCommitted);
        if (open is not null) await TakeOpenAsync(open, head?.Committed, cancel).ConfigureAwait(false);
        if (_sequence.Last.SeqNo == SeqNo.None)
            throw new BackupException($"Nothing in {source.LedgerDirectory} is committed yet: there is nothing to back up.");
        if (_sequence.Last.SeqNo < _before.SeqNo)
            throw new BackupException(
                $"The ledger in {source.LedgerDirectory} is committed up to {_sequence.Last}, and the backup holds it up to {_before}. Its "
                + "node is behind: let it catch up, or take the backup from another.");
    }

    private async Task TakeClosedAsync(ChunkPath chunk, CancellationToken cancel)
    {
        var name = BackupFile.LedgerPrefix + chunk.Name;
        if (_files.TryGetValue(name, out var known))
        {
            Compare(chunk, known);
            return;
        }
        if (chunk.Name.First != _sequence.Last.SeqNo.Next)
            throw Differs(chunk.Path, $"the backup has other files for these entries; it is closed up to {_sequence.Last}");
        var modified = File.GetLastWriteTimeUtc(chunk.Path);
        var from = File.OpenRead(chunk.Path);
        BackupFile file;
        await using (from.ConfigureAwait(false))
            file = await target.StageAsync(from, name, from.Length, asOpen: false, isSecret: false, cancel).ConfigureAwait(false);
        Supersede(chunk);
        Verify(chunk, name, cancel);
        Keep(file with { Modified = modified });
        if (_bytesOfStep >= source.StepBytes) await CommitAsync(cancel).ConfigureAwait(false);
    }

    private async Task TakeOpenAsync(ChunkPath chunk, TransactionId? committed, CancellationToken cancel)
    {
        if (chunk.Name.First != _sequence.Last.SeqNo.Next)
            throw Differs(chunk.Path, $"the backup has other files for these entries; it is closed up to {_sequence.Last}");
        var length = OpenChunk.CommittedLength(chunk, committed, cancel);
        var name = BackupFile.LedgerPrefix + chunk.Name;
        var known = _files.GetValueOrDefault(name);
        if (length == 0 && known is null) return;
        if (length < known?.Size)
            throw new BackupException($"{chunk.Path} is committed up to byte {length}, and the backup has {known.Size} bytes of it: its "
                + "node is behind. Let it catch up, or take the backup from another.");
        await KeepPointAsync(cancel).ConfigureAwait(false);
        var from = File.OpenRead(chunk.Path);
        BackupFile file;
        await using (from.ConfigureAwait(false))
            file = await target.StageAsync(from, name, length, asOpen: true, isSecret: false, cancel).ConfigureAwait(false);
        Supersede(chunk);
        Verify(chunk, name, cancel);
        if (file.Digest == known?.Digest) File.Delete(target.StagedPathOf(name));
        else Keep(file);
    }

    // A file that is there twice, open before and closed now, begins with the same entries.
    private void Supersede(ChunkPath chunk)
    {
        var open = BackupFile.LedgerPrefix + new ChunkName(chunk.Name.First, null);
        if (!_files.TryGetValue(open, out var before)) return;
        using var old = File.OpenRead(Path.Combine(target.Location, open));
        using var found = File.OpenRead(target.StagedPathOf(BackupFile.LedgerPrefix + chunk.Name));
        if (!SameBytes.AreIn(old, found, ChunkWriter.HeaderSize, before.Size))
            throw Differs(chunk.Path, "its first entries are not those that the backup has");
        if (chunk.Name.IsCommitted) _files.Remove(open);
    }

    private void Compare(ChunkPath chunk, BackupFile known)
    {
        var file = new FileInfo(chunk.Path);
        if (file.Length != known.Size) throw Differs(chunk.Path, $"it has {file.Length} bytes, and in the backup {known.Size}");
        if (!source.ComparesAll && file.LastWriteTimeUtc == known.Modified) return;
        if (BackupDirectory.DigestOf(chunk.Path).Digest != known.Digest)
            throw Differs(chunk.Path, $"its bytes are not those that the backup has (SHA-256 there: {known.Digest})");
        if (file.LastWriteTimeUtc == known.Modified) return;
        // Another node's file, or one that came back from a backup: the next run need not read it again.
        _files[known.Name] = known with { Modified = file.LastWriteTimeUtc };
        _isNoted = true;
    }

    private void Verify(ChunkPath chunk, string name, CancellationToken cancel)
    {
        try
        {
            _sequence.Accept(chunk with { Path = target.StagedPathOf(name) }, cancel);
        }
        catch (LedgerCorruptException damage)
        {
            throw new LedgerCorruptException(chunk.Path, damage.Offset, damage.SeqNo, damage.Reason);
        }
    }

    // Keys that are sealed in another way meanwhile lie in another directory: all that is taken is of one look.
    private async Task TakeExtrasAsync(CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            var looked = new List<(BackupExtra Extra, byte[] Bytes)>();
            try
            {
                foreach (var extra in source.Extras())
                    looked.Add((extra, await File.ReadAllBytesAsync(extra.Path, cancel).ConfigureAwait(false)));
                if (looked.All(one => BackupDirectory.DigestOf(one.Extra.Path).Digest == Digest.Of(one.Bytes)))
                {
                    foreach (var (extra, bytes) in looked) await TakeAsync(extra, bytes, cancel).ConfigureAwait(false);
                    return;
                }
                if (attempt >= RenamesMax) throw new BackupException("The node's files change all the time. Try again.");
            }
            catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException && attempt < RenamesMax)
            {
                // They have another name now.
            }
            finally
            {
                foreach (var (_, bytes) in looked) CryptographicOperations.ZeroMemory(bytes);
            }
            await Task.Delay(RenameTakes, time, cancel).ConfigureAwait(false);
        }
    }

    private async Task TakeAsync(BackupExtra extra, byte[] bytes, CancellationToken cancel)
    {
        if (_files.TryGetValue(extra.Name, out var known) && known.Digest == Digest.Of(bytes)) return;
        using var from = new MemoryStream(bytes);
        Keep(await target.StageAsync(from, extra.Name, bytes.Length, asOpen: false, extra.IsSecret, cancel).ConfigureAwait(false));
    }

    private void Keep(BackupFile file)
    {
        _files[file.Name] = file;
        _filesCopied++;
        _bytesCopied += file.Size;
        _bytesOfStep += file.Size;
    }

    // Taken behind the last closed file, before the open one is read: the next run goes on from there.
    private async Task KeepPointAsync(CancellationToken cancel)
    {
        if (_sequence.Last.SeqNo == SeqNo.None || PointName == BackupNames.OfPoint(_sequence.Last.SeqNo)) return;
        var (name, bytes) = (BackupNames.OfPoint(_sequence.Last.SeqNo), BackupPoint.Write(_sequence.Point()));
        if (PointName is { } before) _files.Remove(before);
        using var from = new MemoryStream(bytes);
        _files[name] = await target.StageAsync(from, name, bytes.Length, asOpen: false, isSecret: false, cancel).ConfigureAwait(false);
    }

    private string? PointName => _files.Keys.FirstOrDefault(BackupNames.IsPoint);

    private SnapshotContents? ReadPoint()
    {
        if (target.Manifest?.Point is not { } name || !_files.TryGetValue(name, out var file)) return null;
        return BackupPoint.Read(File.ReadAllBytes(target.PathOf(file)));
    }

    private void CheckService()
    {
        if (source.ServiceCertificateFile is not { } path) return;
        if (!CertificatePem.TryRead(File.ReadAllText(path), out var read))
            throw new BackupException($"{path} is no certificate in PEM.");
        using var service = read;
        if (Digest.Of(service.RawData) != _sequence.ServiceCertificate)
            throw new BackupException($"The ledger in {source.LedgerDirectory} is another service's than that of {path}.");
    }

    private async Task CommitAsync(CancellationToken cancel)
    {
        CheckService();
        if (!_files.Values.Any(file => file.Chunk is { IsCommitted: false })) await KeepPointAsync(cancel).ConfigureAwait(false);
        target.Commit(new BackupManifest
        {
            LedgerId = source.LedgerId ?? target.Manifest?.LedgerId,
            ServiceCertificate = _sequence.ServiceCertificate,
            Last = _sequence.Last,
            Root = _sequence.Root,
            Taken = time.GetUtcNow(),
            Point = PointName,
            Files = [.. _files.Values.OrderBy(file => file.Chunk?.First.Value ?? 0).ThenBy(file => file.Name, StringComparer.Ordinal)],
        });
        _bytesOfStep = 0;
    }

    private static BackupException Differs(string path, string how) => new(
        $"{path} is not what the backup has: {how}. A committed ledger file never changes: one of the two is damaged, or of another "
        + "ledger. `stele audit` says whether the original verifies, `stele backup verify` whether the backup does.");
}
