using Stele.Ledger.Backups;
using Stele.Ledger.Files;
using Stele.Server.Home;

namespace Stele.Cli.Backups;

/// <summary>Turns what keeps a backup from being taken or used into a sentence that says what to do.</summary>
internal static class BackupFailure
{
    private const int AnotherProcessHasIt = 11; // EWOULDBLOCK, of flock
    private const int NoSpaceLeft = 28;

    public static CommandFailedException? Explain(Exception fault, string target) => fault switch
    {
        BackupException { IsDamage: true } => new CommandFailedException(fault.Message, ExitCode.NotVerified),
        BackupException or LedgerHomeException => new CommandFailedException(fault.Message, ExitCode.Failed),
        FormatException => new CommandFailedException(
            $"The backup in {target} cannot be used: {fault.Message}. Begin another one in a new directory.", ExitCode.NotVerified),
        LedgerCorruptException damage => new CommandFailedException(
            $"The ledger does not verify, and is not backed up further: {damage.Message}. What the backup holds verified, and stays. "
            + "`stele audit` shows the same; restore that file from the backup or from another node.", ExitCode.NotVerified),
        IOException { HResult: AnotherProcessHasIt } => Busy(target),
        IOException { HResult: NoSpaceLeft } => new CommandFailedException(
            $"No space is left for {target}. What was backed up before is as it was; make room and run it again.", ExitCode.Failed),
        IOException when fault.Message.Contains("being used by another process", StringComparison.Ordinal) => Busy(target),
        _ => null,
    };

    private static CommandFailedException Busy(string target) =>
        new($"Another backup into {target} runs, or it is being read by a verification or a restore; wait for that.", ExitCode.Failed);
}
