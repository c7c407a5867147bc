using System.Globalization;

namespace Stele.Ledger.Snapshots;

/// <summary>The name of a snapshot's file: <c>snapshot_61_62.committed</c>.</summary>
/// <param name="SeqNo">The signature transaction at which it was taken.</param>
/// <param name="Evidence">The transaction that vouches for it.</param>
public readonly record struct SnapshotName(SeqNo SeqNo, SeqNo Evidence)
{
    private const string Prefix = "snapshot_";
    private const string CommittedSuffix = ".committed";

    /// <summary>Reads a file name.</summary>
    /// <returns>Whether it is a committed snapshot's.</returns>
    public static bool TryParse(string fileName, out SnapshotName name)
    {
        name = default;
        if (!fileName.StartsWith(Prefix, StringComparison.Ordinal)) return false;
        if (!fileName.EndsWith(CommittedSuffix, StringComparison.Ordinal)) return false;
        if (fileName.Length <= Prefix.Length + CommittedSuffix.Length) return false;
        var parts = fileName[Prefix.Length..^CommittedSuffix.Length].Split('_');
        if (parts.Length != 2 || !TryParseSeqNo(parts[0], out var seqno) || !TryParseSeqNo(parts[1], out var evidence)) return false;
        name = new SnapshotName(seqno, evidence);
        return evidence > seqno;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Prefix}{SeqNo}_{Evidence}{CommittedSuffix}";

    private static bool TryParseSeqNo(string text, out SeqNo seqno)
    {
        seqno = default;
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)) return false;
        if (value < 1 || text[0] == '0') return false;
        seqno = new SeqNo(value);
        return true;
    }
}

/// <summary>A snapshot's file on disk.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Name">What its name says.</param>
public sealed record SnapshotPath(string Path, SnapshotName Name);
