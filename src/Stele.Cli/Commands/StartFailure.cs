using System.Net.Sockets;
using Stele.Ledger.Files;
using Stele.Server.Attestation;
using Stele.Server.Home;
using Stele.Server.Hosting;

namespace Stele.Cli.Commands;

/// <summary>Turns what keeps a node from starting into a sentence that says what to do.</summary>
internal static class StartFailure
{
    private const int AnotherProcessHasIt = 11; // EWOULDBLOCK, of flock
    private const int NoSpaceLeft = 28;

    public static string? Explain(Exception fault, LedgerHostOptions options) => fault switch
    {
        LedgerHomeException home => home.Message,
        EvidenceException platform => platform.Message,
        LedgerCorruptException damage =>
            $"The ledger does not verify, and the node does not start on it: {damage.Message}. Restore the file from a backup"
            + " or another node; `stele audit` shows the same, and if the end of the ledger is lost for good,"
            + " --accept-ledger-end starts on what is left.",
        _ when Find<SocketException>(fault) is { SocketErrorCode: SocketError.AddressAlreadyInUse } => InUse(options),
        _ when fault.GetType().Name == "AddressInUseException" || fault.InnerException?.GetType().Name == "AddressInUseException" =>
            InUse(options),
        _ when Find<SocketException>(fault) is { } socket =>
            $"The node cannot listen on {options.Address}: {socket.Message}.",
        UnauthorizedAccessException => $"{options.DataDirectory} cannot be written by this user: {fault.Message}",
        IOException { HResult: AnotherProcessHasIt } or IOException when IsLocked(fault) =>
            $"Another node runs on {options.DataDirectory}; stop it first, or give --data another directory.",
        IOException { HResult: NoSpaceLeft } => $"No space is left for {options.DataDirectory}.",
        IOException io => $"{options.DataDirectory} cannot be used: {io.Message}",
        _ => null,
    };

    private static string InUse(LedgerHostOptions options) => options.MetricsPort is { } metrics
        ? $"Port {options.Port} or {options.IdentityPort} on {options.Address}, or {metrics} on {options.MetricsAddress}, is in use; choose"
            + " others with --port, --identity-port and --metrics-port."
        : $"Port {options.Port} or {options.IdentityPort} on {options.Address} is in use; choose others with --port and --identity-port.";

    private static bool IsLocked(Exception fault) =>
        fault.HResult == AnotherProcessHasIt || fault.Message.Contains("being used by another process", StringComparison.Ordinal);

    private static T? Find<T>(Exception fault) where T : Exception
    {
        for (var current = fault; current is not null; current = current.InnerException)
            if (current is T found) return found;
        return null;
    }
}
