using Stele.Ledger.Files;

namespace Stele.Ledger.Backups;

/// <summary>
/// The names that files of a backup can have, and by their names alone which of them are secret: a manifest is written by whoever
/// can write to the backup, and what it says of a file decides nothing.
/// </summary>
public static class BackupNames
{
    private const string KeysPrefix = "keys/";
    private const string PointPrefix = "point_";
    private const string PointSuffix = ".json";

    /// <summary>Files of a data directory that anyone may read.</summary>
    public static IReadOnlyList<string> Public { get; } = ["service_cert.pem", "ledger-id"];

    /// <summary>Files of a data directory that belong to the node's keys.</summary>
    public static IReadOnlyList<string> OfTheNode { get; } =
    [
        "identity_ca.pem", "identity_cert.pem", "joined", "member0_cert.pem", "member0_enc_pubk.pem", "node_cert.pem", "recovered", "store",
    ];

    /// <summary>The name of one of the node's keys in a backup.</summary>
    /// <param name="fileName">Its file's name in the directory of keys.</param>
    public static string OfKey(string fileName) => KeysPrefix + fileName;

    /// <summary>Whether a backup can have a file of that name. None leads out of it, or out of what is restored from it.</summary>
    internal static bool IsOne(string name) => IsLedgerFile(name) || IsPoint(name) || Public.Contains(name) || IsSecret(name);

    /// <summary>Whether a file of that name is one of the node's own: keys, sealed as they were, and what belongs to them.</summary>
    internal static bool IsSecret(string name) => OfTheNode.Contains(name) || IsKey(name);

    /// <summary>Whether it is the name of a file from which the next increment goes on.</summary>
    internal static bool IsPoint(string name) =>
        name.StartsWith(PointPrefix, StringComparison.Ordinal) && name.EndsWith(PointSuffix, StringComparison.Ordinal)
        && SeqNoIn(name[PointPrefix.Length..^PointSuffix.Length]) is { } seqno && name == OfPoint(seqno);

    /// <summary>The name of the file from which the next increment goes on behind a signature.</summary>
    internal static string OfPoint(SeqNo seqno) => $"{PointPrefix}{seqno}{PointSuffix}";

    private static bool IsLedgerFile(string name) =>
        name.StartsWith(BackupFile.LedgerPrefix, StringComparison.Ordinal)
        && ChunkName.TryParse(name[BackupFile.LedgerPrefix.Length..], out var chunk) && name == BackupFile.LedgerPrefix + chunk;

    private static bool IsKey(string name) =>
        name.Length is > 5 and <= 255 && name.StartsWith(KeysPrefix, StringComparison.Ordinal)
        && name[KeysPrefix.Length..] is not ("." or "..") && name.AsSpan(KeysPrefix.Length).IndexOfAny('/', '\0') < 0;

    private static SeqNo? SeqNoIn(string digits) =>
        digits.Length is > 0 and < 19 && digits.All(char.IsAsciiDigit)
            ? new SeqNo(long.Parse(digits, System.Globalization.CultureInfo.InvariantCulture))
            : null;
}
