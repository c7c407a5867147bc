using Stele.Cryptography.Sealing;
using Stele.Ledger.Collections;
using Stele.Ledger.Secrets;

namespace Stele.Ledger.Tests.Collections;

/// <summary>A directory of an index, opened and closed at will.</summary>
internal sealed class IndexFolder(CollectionIndexOptions? options = null) : IDisposable
{
    private readonly LedgerSecret _secret = LedgerSecret.Generate();
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("stele-test-");

    public string Path => _directory.FullName;

    /// <summary>The names of its runs, in the order of what they cover.</summary>
    public IReadOnlyList<string> Runs =>
    [
        .. from file in _directory.GetFiles()
           where RunName.TryParse(file.Name, out _)
           orderby First(file.Name)
           select file.Name,
    ];

    public CollectionIndex Open() => CollectionIndex.Open(Path, new SecretKeeper(_secret), options);

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Flip(string name, long offset, byte mask)
    {
        using var file = System.IO.File.OpenHandle(File(name), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        Span<byte> one = stackalloc byte[1];
        RandomAccess.Read(file, one, offset);
        one[0] ^= mask;
        RandomAccess.Write(file, one, offset);
    }

    public void Dispose()
    {
        _directory.Delete(recursive: true);
        _secret.Dispose();
    }

    private static long First(string name) => RunName.TryParse(name, out var range) ? range.First.Value : 0;
}
