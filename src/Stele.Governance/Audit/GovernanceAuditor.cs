using Stele.Cryptography;
using Stele.Ledger.Audit;
using Stele.Ledger.Entries;
using Stele.Ledger.Files;
using Stele.Ledger.Signatures;

namespace Stele.Governance.Audit;

/// <summary>Replays the governance of a ledger from its files alone.</summary>
public static class GovernanceAuditor
{
    /// <summary>Reads a ledger up to a transaction, and tells what each did to the tables of governance.</summary>
    /// <param name="directory">The directory of ledger files.</param>
    /// <param name="upTo">The last transaction, which is signed.</param>
    /// <param name="time">The clock that ends scripts which take too long.</param>
    /// <param name="cancel">When nobody waits for it any more.</param>
    /// <exception cref="LedgerCorruptException">The ledger is not what was signed.</exception>
    /// <exception cref="IOException">The files cannot be read.</exception>
    public static IEnumerable<GovernanceEvent> Replay(string directory, TransactionId upTo, TimeProvider time, CancellationToken cancel)
    {
        // Its roots tie what is replayed to what is signed.
        var ledger = new LedgerValidator(secrets: null, SignatureChecks.Last);
        var replay = new GovernanceReplay(time, cancel);
        foreach (var (entry, file, offset) in Entries(directory))
        {
            cancel.ThrowIfCancellationRequested();
            var root = GovernanceReplay.IsGovernance(entry.PublicWrites) ? ledger.Tree.Root : Digest.Zero;
            ledger.Accept(entry, file, offset);
            if (replay.Accept(entry.Id, entry.PublicWrites, root, entry.HasPrivateWrites) is { } done) yield return done;
            if (SignatureRecord.TryRead(entry, out var signature) && signature.Node is { } node) replay.Sign(node.Root);
            if (entry.Id.SeqNo >= upTo.SeqNo) break;
        }
        ledger.CheckLastSignature();
    }

    private static IEnumerable<(LedgerEntry Entry, string File, long Offset)> Entries(string directory)
    {
        foreach (var chunk in LedgerDirectory.Chunks(directory))
        {
            using var reader = ChunkReader.Open(chunk);
            while (reader.TryReadNext(out var offset, out var bytes)) yield return (LedgerEntry.Parse(bytes), chunk.Path, offset);
        }
    }
}
