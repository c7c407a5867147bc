using Stele.Cryptography;
using Stele.Cryptography.Sealing;
using Stele.Ledger.Entries;

namespace Stele.Ledger.Snapshots;

/// <summary>A snapshot as it was found: its structure has been checked, nothing vouches for what it says yet.</summary>
public sealed class SealedSnapshot
{
    private readonly SnapshotFrame _frame;

    internal SealedSnapshot(SnapshotFrame frame, SnapshotContents contents)
    {
        _frame = frame;
        Public = contents;
    }

    /// <summary>What it says in clear: everything but the private tables.</summary>
    public SnapshotContents Public { get; }

    /// <summary>Whether it has private tables.</summary>
    public bool HasPrivateTables => !_frame.PrivateDomain.IsEmpty;

    /// <summary>SHA-256 of the entry: the claims digest of the transaction that vouches for it.</summary>
    public Digest Digest => Digest.Of(_frame.Bytes.Span);

    /// <summary>Opens the private tables; what stands in clear is authenticated with them, also where there are none.</summary>
    /// <param name="secret">The ledger secret that was in force at its seqno.</param>
    /// <param name="contents">All that it says.</param>
    /// <returns>Whether it is what was sealed under this secret.</returns>
    /// <exception cref="FormatException">It was, and yet is not made of tables.</exception>
    public bool TryOpen(LedgerSecret secret, out SnapshotContents contents)
    {
        contents = Public;
        var plaintext = new byte[_frame.PrivateDomain.Length];
        if (!secret.TryOpenSnapshot(
            _frame.SealedAs, _frame.PublicDomain.Span, _frame.PrivateDomain.Span, _frame.Tag, plaintext)) return false;
        var reader = new DomainReader(plaintext, _frame.PrivateOffset);
        var tables = SnapshotReader.ReadTables(ref reader, _frame.SeqNo, isPublic: false);
        contents = Public with { Tables = [.. Public.Tables, .. tables] };
        return true;
    }
}
