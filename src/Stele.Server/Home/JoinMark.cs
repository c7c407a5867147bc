using System.Text;
using Stele.Ledger.Files;

namespace Stele.Server.Home;

/// <summary>
/// The files of a node that joined another's network: by whom, and the ledger's name. Such a node never founds a ledger of its own.
/// </summary>
internal static class JoinMark
{
    private const string Name = "joined";
    private const string LedgerIdName = "ledger-id";

    /// <summary>Where the node that let this one in was reached; null where this one founds its network.</summary>
    /// <exception cref="LedgerHomeException">The file says no address.</exception>
    public static Uri? Read(string directory)
    {
        var path = Path.Combine(directory, Name);
        if (!File.Exists(path)) return null;
        return Uri.TryCreate(File.ReadAllText(path).Trim(), UriKind.Absolute, out var by) && by.Scheme == Uri.UriSchemeHttps
            ? by
            : throw new LedgerHomeException($"{path} does not say by which node this one joined; write its https address there.");
    }

    /// <summary>Notes that this node joins, before it has anything else.</summary>
    public static void Write(string directory, Uri by) =>
        Durable.Replace(Path.Combine(directory, Name), Encoding.ASCII.GetBytes(by.AbsoluteUri + "\n"), LedgerHomeBuilder.Readable);

    /// <summary>The name of the ledger that this node's network told it; null where it was not told any.</summary>
    public static string? ReadLedgerId(string directory)
    {
        var path = Path.Combine(directory, LedgerIdName);
        return File.Exists(path) ? File.ReadAllText(path).TrimEnd('\n') : null;
    }

    /// <summary>Notes the ledger's name.</summary>
    public static void WriteLedgerId(string directory, string ledgerId) =>
        Durable.Replace(Path.Combine(directory, LedgerIdName), Encoding.UTF8.GetBytes(ledgerId + "\n"), LedgerHomeBuilder.Readable);
}
