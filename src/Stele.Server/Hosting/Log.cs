using Microsoft.Extensions.Logging;

namespace Stele.Server.Hosting;

/// <summary>Every message that the server logs. None has a payload or a secret among its parameters.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Ledger {LedgerId} is at {LedgerUri}, its identity at {IdentityUri}.")]
    public static partial void Started(ILogger logger, string ledgerId, Uri ledgerUri, Uri identityUri);

    [LoggerMessage(2, LogLevel.Information, "The node stops: it takes no further requests.")]
    public static partial void Stopping(ILogger logger);

    [LoggerMessage(3, LogLevel.Information, "The ledger is closed.")]
    public static partial void Stopped(ILogger logger);

    [LoggerMessage(10, LogLevel.Error, "A request failed; its caller was told the number {Correlation}.")]
    public static partial void Failed(ILogger logger, Guid correlation, Exception failure);

    [LoggerMessage(11, LogLevel.Error, "The outcome of {Operation} is unknown; its connection was closed.")]
    public static partial void OutcomeUnknown(ILogger logger, string operation, Exception failure);

    [LoggerMessage(12, LogLevel.Warning, "A write was not taken: {Reason}")]
    public static partial void Unavailable(ILogger logger, string reason);
}
