using Stele.Ledger.Backups;
using Stele.Server.Home;
using Stele.Server.Sealing;

namespace Stele.Server.Doctor;

/// <summary>The data directory: whose it is, who may read it, and that nothing of it is missing.</summary>
/// <param name="path">The data directory.</param>
/// <param name="findings">Where it is told.</param>
internal sealed class DirectoryCheck(string path, Findings findings)
{
    private const string Check = "directory";
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private static readonly string[] Needed =
    [
        "service_cert.pem", "keys/service.pem", "keys/node.pem", "keys/identity.pem", "keys/identity_ca.pem", "keys/ledger-secret",
    ];

    private static readonly string[] OfPersons = ["administrator.pem", "keys/member0.pem", "keys/member0_enc.pem"];

    public string Path => path;

    public bool IsThere => Directory.Exists(path);

    public bool IsBackup => File.Exists(At(BackupManifest.FileName));

    public void Run()
    {
        if (!IsThere)
        {
            findings.Fail(Check, $"{path} is not there", "Name the node's data directory; `stele up --data DIR` makes a new one.");
            return;
        }
        if (IsBackup)
        {
            findings.Fail(Check, $"{path} is a backup, and no data directory",
                $"`stele backup verify {path}` looks it over; `stele restore {path} DATA_DIR` makes a data directory of it.");
            return;
        }
        if (!FileOwner.IsThisUser(path, path))
            findings.Warn(Check, $"{path} is another user's", "Run this as the user that the node runs as, or see who started the node.");
        Modes();
        Missing();
        Leftovers();
        if (findings.HasNone(Check)) findings.Ok(Check, $"{path}: its owner's alone, and nothing missing");
    }

    private void Modes()
    {
        if ((File.GetUnixFileMode(path) & Others) != UnixFileMode.None)
            findings.Warn(Check, $"{path} can be entered by others than its owner", $"Run: chmod 700 {path}");
        var keys = SealedFiles.DirectoryOf(path);
        if (!Directory.Exists(keys)) return;
        foreach (var file in Directory.GetFiles(keys).Append(At("administrator.pem")).Where(File.Exists))
        {
            if ((File.GetUnixFileMode(file) & Others) != UnixFileMode.None)
                findings.Fail(Check, $"{file} can be read by others than its owner",
                    $"Run: chmod 600 {file}; and think of it as known to them.");
            if (!FileOwner.IsThisUser(file, path))
                findings.Fail(Check, $"{file} is another user's than the directory", $"Run: chown --reference={path} {file}");
        }
    }

    private void Missing()
    {
        var ledger = At("ledger");
        if (!Directory.Exists(ledger) || !Directory.EnumerateFiles(ledger).Any())
        {
            findings.Warn(Check, $"there is no ledger in {path} yet", "Nothing, if the node was never started: the first start makes it.");
            return;
        }
        foreach (var name in Needed.Where(name => !File.Exists(At(name))))
            findings.Fail(Check, $"{At(name)} is missing, and the ledger needs it", "Restore it from a backup with secrets; else members' "
                + "shares bring the ledger back: stele recover.");
        foreach (var name in OfPersons.Where(name => File.Exists(At(name))))
            findings.Warn(Check, $"{At(name)} is a person's key, and lies on the node", "Hand it to that person, and remove it here.");
    }

    private void Leftovers()
    {
        if (Resealing.IsUnderWay(path))
            findings.Warn(Check, "a re-sealing was cut short", "Start the node: the next start finishes it.");
        if (Directory.Exists(At("incoming")))
            findings.Warn(Check, $"{At("incoming")} holds a copy of a ledger that was not finished", "Start the node: it goes on with it.");
    }

    private string At(string name) => System.IO.Path.Combine(path, name);
}
