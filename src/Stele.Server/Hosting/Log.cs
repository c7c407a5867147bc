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

    [LoggerMessage(4, LogLevel.Information, "Read {Entries} entries behind the snapshot at seqno {Snapshot}.")]
    public static partial void Read(ILogger logger, long entries, SeqNo snapshot);

    [LoggerMessage(5, LogLevel.Warning, "Snapshot {Path} was not used: {Reason}")]
    public static partial void SnapshotSkipped(ILogger logger, string path, string reason);

    [LoggerMessage(6, LogLevel.Warning, "The indexes lack {Entries} entries; they are being made again from the ledger.")]
    public static partial void IndexesLack(ILogger logger, long entries);

    [LoggerMessage(7, LogLevel.Warning, "The indexes are whole again.")]
    public static partial void IndexesAreWhole(ILogger logger);

    [LoggerMessage(8, LogLevel.Critical, "{Reason}")]
    public static partial void NodeStopped(ILogger logger, string reason);

    [LoggerMessage(9, LogLevel.Warning, "The node cannot take its part in the network at the moment: {Reason} {Detail}")]
    public static partial void Troubled(ILogger logger, string reason, string detail);

    [LoggerMessage(13, LogLevel.Warning, "The node takes its part in the network again.")]
    public static partial void TroubleIsOver(ILogger logger);

    [LoggerMessage(14, LogLevel.Warning, "{Notice}")]
    public static partial void Told(ILogger logger, string notice);

    [LoggerMessage(15, LogLevel.Warning, "The platform is Virtual: no enclave, nothing of this node is attested.")]
    public static partial void NothingAttested(ILogger logger);

    [LoggerMessage(16, LogLevel.Information, "The node's evidence is {Format} from {Source}, {With} its maker's certificates.")]
    public static partial void Attested(ILogger logger, string format, string source, string with);

    [LoggerMessage(17, LogLevel.Warning, "The keys of the token issuer {Issuer} were not fetched; the known ones count on. {Reason}")]
    public static partial void KeysNotFetched(ILogger logger, string issuer, string reason);

    [LoggerMessage(18, LogLevel.Information, "The node's keys are sealed by {Way}.")]
    public static partial void SealedBy(ILogger logger, string way);

    [LoggerMessage(19, LogLevel.Warning, "These files of keys/ lay unsealed, and are sealed by {Way} now: {Files}.")]
    public static partial void NewlySealed(ILogger logger, string files, string way);

    [LoggerMessage(20, LogLevel.Information, "By OTLP spans go to {Spans}, metrics to {Metrics}.")]
    public static partial void Exports(ILogger logger, string spans, string metrics);

    [LoggerMessage(21, LogLevel.Information, "The node shows a renewed certificate, which counts until {Until}.")]
    public static partial void Renewed(ILogger logger, DateTimeOffset until);

    [LoggerMessage(10, LogLevel.Error, "A request failed; its caller was told the number {Correlation}.")]
    public static partial void Failed(ILogger logger, Guid correlation, Exception failure);

    [LoggerMessage(11, LogLevel.Error, "The outcome of {Operation} is unknown; its connection was closed.")]
    public static partial void OutcomeUnknown(ILogger logger, string operation, Exception failure);

    [LoggerMessage(12, LogLevel.Warning, "A write was not taken: {Reason}")]
    public static partial void Unavailable(ILogger logger, string reason);

    [LoggerMessage(22, LogLevel.Warning, "The OTLP collector at {Collector} does not take what is sent: {Reason}")]
    public static partial void CollectorFails(ILogger logger, string collector, string reason);

    [LoggerMessage(23, LogLevel.Warning, "The OTLP collector at {Collector} takes what is sent again.")]
    public static partial void CollectorTakesAgain(ILogger logger, string collector);
}
