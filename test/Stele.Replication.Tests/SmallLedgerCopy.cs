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

    private void CopyAll(string from, string to)
    {
        var target = Directory.CreateDirectory(Path.Combine(_root, to)).FullName;
        if (!Directory.Exists(from)) return;
        foreach (var file in Directory.GetFiles(from))
        {
            try
            {
                File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
            }
            catch (FileNotFoundException)
            {
                // Renamed in between: it is found under its new name, or not needed any more.
            }
        }
    }
}
