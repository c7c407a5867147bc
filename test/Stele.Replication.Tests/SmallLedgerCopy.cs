namespace Stele.Replication.Tests;

/// <summary>What the disk holds of a ledger at some moment, as a kill would leave it.</summary>
internal sealed class SmallLedgerCopy : IDisposable
{
    private readonly SmallLedger _source;
    private readonly string _root = Directory.CreateTempSubdirectory("stele-test-").FullName;

    public SmallLedgerCopy(SmallLedger source)
    {
        _source = source;
        // The head first: a moment later the files reach further, as they do whenever a node dies between the two.
        File.Copy(source.HeadFile, Path.Combine(_root, "head"));
        CopyAll(source.SnapshotDirectory, "snapshots");
        foreach (var part in (string[])["proofs", "collections"])
            CopyAll(Path.Combine(source.IndexDirectory, part), Path.Combine("index", part));
        CopyAll(source.Files, "ledger");
    }

    public LedgerNode Open() => _source.OpenAt(_root);

    public void Dispose() => Directory.Delete(_root, recursive: true);

    // A file that is renamed while others are copied stands in the listing under a name that it has no more: then all over again.
    private void CopyAll(string from, string to)
    {
        if (!Directory.Exists(from)) return;
        var target = Path.Combine(_root, to);
        while (!TryCopy(from, Directory.CreateDirectory(target).FullName)) Directory.Delete(target, recursive: true);
    }

    private static bool TryCopy(string from, string to)
    {
        try
        {
            foreach (var file in Directory.GetFiles(from)) File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
            return true;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
    }
}
