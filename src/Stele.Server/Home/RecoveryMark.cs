using System.Globalization;
using System.Text;
using Stele.Ledger.Files;

namespace Stele.Server.Home;

/// <summary>
/// The file of a node that recovers, or recovered, the ledger of a service that is gone: with which seqno its own service
/// begins. It is there before anything else is, and says so while the copy of the ledger is not finished.
/// </summary>
internal static class RecoveryMark
{
    private const string Name = "recovered";
    private const string Unfinished = "unfinished";
    private const UnixFileMode Readable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

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
        Exists(directory) && long.TryParse(Text(directory), NumberStyles.None, CultureInfo.InvariantCulture, out var seqno) && seqno > 1
            ? new SeqNo(seqno)
            : null;

    /// <summary>Notes that a ledger is to be recovered here.</summary>
    public static void Begin(string directory) => Write(directory, Unfinished);

    /// <summary>Notes with which seqno the service begins.</summary>
    public static void Finish(string directory, SeqNo from) => Write(directory, from.ToString());

    private static string Text(string directory) => File.ReadAllText(Path.Combine(directory, Name)).Trim();

    private static void Write(string directory, string text) =>
        Durable.Replace(Path.Combine(directory, Name), Encoding.ASCII.GetBytes(text + "\n"), Readable);
}
