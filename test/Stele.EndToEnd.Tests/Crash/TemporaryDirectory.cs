namespace Stele.EndToEnd.Tests.Crash;

/// <summary>A directory that is gone with its test.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("stele-test-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
