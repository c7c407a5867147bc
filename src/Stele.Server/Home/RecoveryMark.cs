using System.Globalization;
using System.Text;
using Stele.Cryptography;
using Stele.Ledger.Files;

namespace Stele.Server.Home;

/// <summary>
/// The file of a node that recovers, or recovered, the ledger of a service that is gone: with which seqno its own service
/// begins, and what certificate the service had that is gone. It is there before anything else is, and says so while the copy of
/// the ledger is not finished.
/// </summary>
internal static class RecoveryMark
{
    private const string Name = "recovered";
    private const string Unfinished = "unfinished";

    /// <summary>Whether there is one.</summary>
    public static bool Exists(string directory) => File.Exists(Path.Combine(directory, Name));

    /// <summary>The seqno that the service begins with; null where the node recovers nothing.</summary>
    /// <exception cref="LedgerHomeException">The copy is not finished, or the file says nothing.</exception>
    public static SeqNo? Read(string directory) =>
        !Exists(directory) ? null
        : TryRead(directory) ?? throw new LedgerHomeException(
            $"The ledger that is to be recovered in {directory} has not been copied to its end; run the same `stele recover` again.");

    /// <summary>The seqno that the service begins with; null where the copy is not finished.</summary>
    public static SeqNo? TryRead(string directory) =>
        Exists(directory) && long.TryParse(Words(directory)[0], NumberStyles.None, CultureInfo.InvariantCulture, out var seqno) && seqno > 1
            ? new SeqNo(seqno)
            : null;

    /// <summary>The digest of the certificate of the service that is gone; null where it was not noted.</summary>
    public static Digest? PreviousService(string directory) =>
        Exists(directory) && Words(directory) is [_, var hex] && Digest.TryParseHex(hex, out var digest) ? digest : null;

    /// <summary>Notes that a ledger is to be recovered here, and of which service, once that is known.</summary>
    public static void Begin(string directory, Digest? previousService = null) => Write(directory, Unfinished, previousService);

    /// <summary>Notes with which seqno the service begins.</summary>
    public static void Finish(string directory, SeqNo from) => Write(directory, from.ToString(), PreviousService(directory));

    private static string[] Words(string directory) => File.ReadAllText(Path.Combine(directory, Name)).Trim().Split(' ');

    private static void Write(string directory, string state, Digest? previousService)
    {
        var text = previousService is { } digest ? $"{state} {digest.ToHex()}\n" : $"{state}\n";
        Durable.Replace(Path.Combine(directory, Name), Encoding.ASCII.GetBytes(text), LedgerHomeBuilder.Readable);
    }
}
