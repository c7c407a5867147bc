using Stele.Ledger.Copying;
using Stele.Ledger.Files;
using Stele.Ledger.Snapshots;

namespace Stele.Replication.Network;

/// <summary>
/// Before a node opens its ledger: where it has none yet, or one that ends before the newest snapshot of a peer, brings a
/// peer's closed ledger files and a snapshot to it, all of them verified. What comes behind them, it follows.
/// </summary>
/// <remarks>
/// An interrupted copy is gone on with. What does not verify is refused by its name, and the next peer is asked. Where no
/// peer has anything to give, the node opens as it is, and takes entry by entry.
/// </remarks>
public sealed class PeerCopy
{
    private const int Rounds = 10;

    // A node that starts again is not kept from it by one that does not answer.
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly LedgerNodeOptions _options;
    private readonly NetworkOptions _network;
    private readonly TimeProvider _time;
    private readonly PeersInTurn _peers;
    private readonly IncomingLedger _incoming;
    private readonly PeerFiles _files;
    private readonly LedgerHeadRecord? _head;
    private IReadOnlyList<ChunkPath> _own = [];
    private CopyVerifier _verifier = null!;

    // Whether some peer did not answer, or gave what does not verify; and whether one has more than this node.
    private bool _isUncertain;
    private bool _isAhead;

    private PeerCopy(LedgerNodeOptions options, NetworkOptions network, TimeProvider time)
    {
        (_options, _network, _time) = (options, network, time);
        _peers = new PeersInTurn(network, time);
        _incoming = new IncomingLedger(options.IncomingDirectory);
        _files = new PeerFiles(_incoming);
        _head = LedgerHead.Read(options.HeadFile);
    }

    private bool IsNew => _own.Count == 0 && (_head is null || _head.Durable.SeqNo == SeqNo.None);

    // Behind the node's own closed files.
    private SeqNo FirstWanted => _own.LastOrDefault(chunk => chunk.Name.IsCommitted)?.Name.Last!.Value.Next ?? SeqNo.First;

    /// <summary>Copies what there is to copy; <see cref="LedgerNode.Open"/> puts it in place.</summary>
    /// <exception cref="WriteRefusedException">This node's disk takes no more, and it has no ledger yet.</exception>
    public static async Task RunAsync(LedgerNodeOptions options, TimeProvider time, CancellationToken cancel)
    {
        if (options.Network is not { } network) return;
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var copy = new PeerCopy(options, network, time);
        if (copy._incoming.IsFinished || !copy.TryBegin()) return;
        try
        {
            await copy.RunAsync(cancel);
        }
        catch (WriteRefusedException full) when (!copy.IsNew)
        {
            network.Tells($"No ledger files were copied from other nodes, and this one starts with what it has: {full.Message}");
            copy._incoming.Clear();
        }
    }

    // What is wrong with this node's own files, its start will say.
    private bool TryBegin()
    {
        if (Directory.Exists(_options.LedgerDirectory))
        {
            try
            {
                _own = LedgerDirectory.Chunks(_options.LedgerDirectory);
            }
            catch (LedgerCorruptException)
            {
                return false;
            }
        }
        // Where a person has decided about this node's ledger, none takes its place.
        return IsNew ? !_network.Founds : _head is not null && !_options.AcceptLedgerEnd && !_options.ReadsAll && !_network.BeginsStore;
    }

    private async Task RunAsync(CancellationToken cancel)
    {
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var peer in _peers.Willing().ToList())
            {
                var before = _verifier?.Next;
                if (await TryCopyAsync(peer, cancel)) return;
                if (_verifier?.Next > before) round = 0;
            }
            if (!_isUncertain && !_isAhead) _incoming.Clear();
            if (!IsNew) return;
            if (!_isUncertain) break;
            _isUncertain = false;
            await Task.Delay(Pause, _time, cancel);
        }
        if (TryVerifyOwn() && _verifier!.IsOfService) Finish();
    }

    // Whether this peer had something to give, and has given all of it.
    private async Task<bool> TryCopyAsync(IPeer peer, CancellationToken cancel)
    {
        try
        {
            var snapshots = await peer.SnapshotsAsync(cancel).WaitAsync(AnswerPatience, _time, cancel);
            if (!IsNew && !snapshots.Any(IsAhead)) return false;
            _isAhead = true;
            if (!TryVerifyOwn() || !await CopyChunksAsync(peer, cancel)) return false;
            await CopySnapshotAsync(peer, snapshots, cancel);
            Finish();
            return true;
        }
        catch (LedgerCorruptException bad)
        {
            _peers.Leave(peer, bad.Message);
            _verifier = null!; // it has gone astray; the next one begins with what was kept
            _isUncertain = true;
        }
        catch (Exception failure) when (failure is TimeoutException || (failure is IOException and not WriteRefusedException))
        {
            _isUncertain = true;
            // Peers of one that starts again may start again too.
            if (IsNew) _network.Tells($"{peer.Name} gave no ledger files: {failure.Message}");
        }
        return false;
    }

    private bool IsAhead(PeerFile snapshot) =>
        SnapshotName.TryParse(snapshot.Name, out var name) && name.SeqNo > _head!.Durable.SeqNo;

    // What this node has closed itself, and what it has copied before it was interrupted.
    private bool TryVerifyOwn()
    {
        if (_verifier is not null) return true;
        try
        {
            CopyVerifier verifier;
            do verifier = VerifierOfOwn();
            while (!IsVerified(verifier, _incoming.Chunks(FirstWanted)));
            _verifier = verifier;
            return true;
        }
        catch (Exception damage) when (damage is LedgerCorruptException or FormatException)
        {
            return false;
        }
    }

    private CopyVerifier VerifierOfOwn()
    {
        var verifier = new CopyVerifier(_options.ServiceCertificate, _options.Secrets, _head, OwnSnapshot());
        foreach (var chunk in _own.Where(chunk => chunk.Name.Last >= verifier.Next)) verifier.Accept(chunk);
        return verifier;
    }

    // A file that was damaged since is deleted, and then all is verified once more.
    private static bool IsVerified(CopyVerifier verifier, IReadOnlyList<ChunkPath> copied)
    {
        foreach (var chunk in copied)
        {
            try
            {
                verifier.Accept(chunk);
            }
            catch (LedgerCorruptException)
            {
                File.Delete(chunk.Path);
                return false;
            }
        }
        return true;
    }

    // Not one taken behind the closed files: everything that comes from others is verified from its first entry on.
    private SnapshotContents? OwnSnapshot() => IsNew
        ? null
        : new SnapshotDirectory(_options.SnapshotDirectory).FindNewest(
            new SnapshotVerifier(_options.ServiceCertificate, _options.Secrets.Known), upTo: _head!.Committed.SeqNo,
            found => found.Contents.SeqNo < FirstWanted).Found?.Contents;

    // Whether there is anything to gain: files that do not begin where this node's end are of no use to it.
    private async Task<bool> CopyChunksAsync(IPeer peer, CancellationToken cancel)
    {
        while (await peer.LedgerFilesAsync(_verifier.Next, cancel) is { Count: > 0 } files)
        {
            foreach (var file in files)
            {
                if (!ChunkName.TryParse(file.Name, out var name) || name.ToString() != file.Name || !name.IsCommitted)
                    throw new IOException($"«{file.Name}» is no closed ledger file.");
                if (name.First != _verifier.Next) return _verifier.Next > FirstWanted;
                await _files.CopyAsync(peer, file, path => _verifier.Accept(new ChunkPath(path, name)), Renew, cancel);
            }
        }
        return _verifier.Next > FirstWanted;
    }

    private void Renew()
    {
        _verifier = null!;
        if (!TryVerifyOwn()) throw new IOException("This node's own files do not verify any more.");
    }

    // One that the copied files vouch for; without it the start reads all of them.
    private async Task CopySnapshotAsync(IPeer peer, IReadOnlyList<PeerFile> snapshots, CancellationToken cancel)
    {
        var committed = _verifier.End.Committed.SeqNo;
        foreach (var file in snapshots)
        {
            if (!SnapshotName.TryParse(file.Name, out var name) || name.ToString() != file.Name || name.Evidence > committed) continue;
            await _files.CopyAsync(peer, file, path => Verify(path, name), () => { }, cancel);
            return;
        }
    }

    private void Verify(string path, SnapshotName name)
    {
        var verifier = new SnapshotVerifier(_options.ServiceCertificate, _verifier.Secrets);
        var fault = verifier.Verify(File.ReadAllBytes(path)) switch
        {
            SnapshotVerdict.Refused refused => refused.Reason,
            SnapshotVerdict.Verified found when found.Contents.SeqNo != name.SeqNo || found.Evidence.SeqNo != name.Evidence =>
                "it is another one by what it says",
            _ => null,
        };
        if (fault is not null) throw new LedgerCorruptException(path, 0, name.SeqNo, fault);
    }

    private void Finish()
    {
        if (_verifier.Next == FirstWanted) return;
        try
        {
            if (!_verifier.IsOfService) throw new LedgerCorruptException(_options.IncomingDirectory, 0, null, "it is another service's");
            if (!_verifier.ReachesHead()) return;
            // The start reads the copied snapshot before it sees the entries that gave this node what opens it.
            _options.Secrets.Take(_verifier.Secrets);
            _incoming.Finish(_verifier.End);
        }
        catch (LedgerCorruptException)
        {
            _incoming.Clear();
            throw;
        }
    }
}
