using Stele.Ledger.Files;

namespace Stele.Ledger.Tests.Vectors;

/// <summary>A copy of a ledger's closed files alone.</summary>
internal sealed class ClosedFiles : IDisposable
{
    public ClosedFiles(string source)
    {
        // Written anew: the vectors are read-only, and a copy would be too.
        foreach (var chunk in LedgerDirectory.Chunks(source).Where(chunk => chunk.Name.IsCommitted))
            File.WriteAllBytes(Path.Combine(Directory, Path.GetFileName(chunk.Path)), File.ReadAllBytes(chunk.Path));
    }

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("stele-test-").FullName;

    public void Dispose() => System.IO.Directory.Delete(Directory, recursive: true);
}
