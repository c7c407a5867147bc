namespace Stele.Replication.Tests;

/// <summary>A copy of a ledger's files, to be damaged.</summary>
internal sealed class LedgerCopy : IDisposable
{
    public LedgerCopy(string source)
    {
        foreach (var file in System.IO.Directory.GetFiles(source)) File.Copy(file, Path.Combine(Directory, Path.GetFileName(file)));
    }

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("stele-test-").FullName;

    public long Length(string file) => new FileInfo(Path.Combine(Directory, file)).Length;

    public void Flip(string file, int bit)
    {
        using var handle = Open(file);
        Span<byte> one = stackalloc byte[1];
        RandomAccess.Read(handle, one, bit / 8);
        one[0] ^= (byte)(1 << (bit % 8));
        RandomAccess.Write(handle, one, bit / 8);
    }

    public byte[] Read(string file) => File.ReadAllBytes(Path.Combine(Directory, file));

    /// <summary>Gives a file other bytes than it has.</summary>
    public void Write(string file, ReadOnlySpan<byte> bytes)
    {
        using var handle = Open(file);
        RandomAccess.SetLength(handle, bytes.Length);
        RandomAccess.Write(handle, bytes, 0);
    }

    public void CutTo(string file, long length)
    {
        using var handle = Open(file);
        RandomAccess.SetLength(handle, length);
    }

    public void Append(string file, ReadOnlySpan<byte> bytes)
    {
        using var handle = Open(file);
        RandomAccess.Write(handle, bytes, RandomAccess.GetLength(handle));
    }

    public void Dispose() => System.IO.Directory.Delete(Directory, recursive: true);

    private Microsoft.Win32.SafeHandles.SafeFileHandle Open(string file) =>
        File.OpenHandle(Path.Combine(Directory, file), FileMode.Open, FileAccess.ReadWrite);
}
