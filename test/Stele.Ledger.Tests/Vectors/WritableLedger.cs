namespace Stele.Ledger.Tests.Vectors;

/// <summary>A copy of a ledger's files, to be damaged.</summary>
internal sealed class WritableLedger : IDisposable
{
    public WritableLedger(string source)
    {
        foreach (var file in System.IO.Directory.GetFiles(source))
            File.WriteAllBytes(Path.Combine(Directory, Path.GetFileName(file)), File.ReadAllBytes(file));
    }

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("stele-test-").FullName;

    /// <summary>Flips one bit of a byte, chosen by its place.</summary>
    public static void Flip(string path, long offset)
    {
        using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        Span<byte> one = stackalloc byte[1];
        RandomAccess.Read(handle, one, offset);
        one[0] ^= (byte)(1 << (int)(offset % 8));
        RandomAccess.Write(handle, one, offset);
    }

    public void Dispose() => System.IO.Directory.Delete(Directory, recursive: true);
}
