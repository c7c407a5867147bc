using System.Security.Cryptography.X509Certificates;
using Stele.Cryptography;
using Stele.Governance.Service;
using Stele.Ledger.Audit;
using Stele.Ledger.Copying;
using Stele.Ledger.Files;
using Stele.Server.Home;

namespace Stele.Server.Recovering;

/// <summary>
/// Prepares a data directory in which a new service goes on with the ledger of one that is gone, out of that one's ledger files
/// alone. What comes after is the ordinary start of a node.
/// </summary>
public static class DisasterRecovery
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Copies and verifies the ledger. Goes on where it was interrupted; does nothing where it was done.</summary>
    /// <returns>What was copied; null where that was done before.</returns>
    /// <exception cref="LedgerHomeException">The directory is another node's, or the ledger is not the one that was meant.</exception>
    /// <exception cref="LedgerCorruptException">The ledger does not verify.</exception>
    /// <exception cref="IOException">Files cannot be read or written, or a node runs on the directory.</exception>
    public static async Task<DisasterCopyReport?> PrepareAsync(DisasterRecoveryOptions options, CancellationToken cancel)
    {
        var directory = Path.GetFullPath(options.DataDirectory);
        if (RecoveryMark.TryRead(directory) is not null)
        {
            RefuseAnother(directory, options);
            return null;
        }
        Directory.CreateDirectory(directory, OwnerOnly);
        if (!RecoveryMark.Exists(directory) && DirectoryEntries.Of(directory).Any())
            throw new LedgerHomeException($"{directory} is not empty; give --data a new directory to recover the ledger into.");
        if (!RecoveryMark.Exists(directory)) RecoveryMark.Begin(directory);
        var incoming = new IncomingLedger(Path.Combine(directory, "incoming"));
        DisasterCopyReport? report = null;
        if (incoming.IsFinished) RefuseAnother(directory, options);
        else report = await CopyAsync(options, incoming, cancel);
        RecoveryMark.Finish(directory, incoming.Finished!.Durable.SeqNo.Next);
        return report;
    }

    private static Task<DisasterCopyReport> CopyAsync(DisasterRecoveryOptions options, IncomingLedger incoming, CancellationToken cancel)
    {
        var inHome = Path.Combine(options.LedgerDirectory, "ledger");
        var copy = new DisasterCopy(Directory.Exists(inHome) ? inHome : options.LedgerDirectory, incoming)
        {
            Head = LedgerHead.Read(Path.Combine(options.LedgerDirectory, "head")),
            AcceptEnd = options.AcceptLedgerEnd,
            Progress = options.Progress,
        };
        return copy.RunAsync(verified => Check(verified, options), cancel);
    }

    private static void Check(AuditReport.Verified verified, DisasterRecoveryOptions options)
    {
        if (verified.ServiceStatus is not (nameof(ServiceStatus.Open) or nameof(ServiceStatus.Closed)))
        {
            throw new LedgerHomeException(
                $"The service of this ledger is {verified.ServiceStatus ?? "none"}, and was not open. Where it was itself being recovered,"
                + " recover the ledger that it was made from.");
        }
        using var found = X509Certificate2.CreateFromPem(verified.ServiceCertificate!);
        RefuseUnless(Digest.Of(found.RawData), options, "This is");
        // Before the copy counts as finished: whoever goes on with it is to know what it is.
        RecoveryMark.Begin(Path.GetFullPath(options.DataDirectory), Digest.Of(found.RawData));
    }

    // What was copied before is gone on with, whatever ledger is named now: it must be the one that is meant.
    private static void RefuseAnother(string directory, DisasterRecoveryOptions options)
    {
        if (RecoveryMark.PreviousService(directory) is { } previous)
            RefuseUnless(previous, options, $"What was copied into {directory} before is");
    }

    private static void RefuseUnless(Digest found, DisasterRecoveryOptions options, string what)
    {
        if (options.PreviousServiceCertificate is not { } expected || found == Digest.Of(expected.RawData)) return;
        throw new LedgerHomeException(
            $"{what} another service's ledger: its last certificate (SHA-256 {found.ToHex()}) is not the one that was given.");
    }
}
