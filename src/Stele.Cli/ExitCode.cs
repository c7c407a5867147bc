namespace Stele.Cli;

/// <summary>What the tool's exit code tells a script.</summary>
internal static class ExitCode
{
    public const int Ok = 0;
    public const int Failed = 1;
    public const int Usage = 2;
    public const int NotVerified = 3;
    public const int NotReachable = 4;
    public const int NoEntryProven = 5;
    public const int Interrupted = 130;

    public const string Explained =
        "Exit codes: 0 done; 1 the ledger refused or something failed; 2 wrong usage; 3 verification failed; "
        + "4 the ledger cannot be reached; 5 verified, but a receipt proves no entry; 130 interrupted.";
}
