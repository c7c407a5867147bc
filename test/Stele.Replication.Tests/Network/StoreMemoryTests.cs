using Stele.Replication.Network;

namespace Stele.Replication.Tests.Network;

/// <summary>What a node remembers of its store, on a disk that may be full.</summary>
public sealed class StoreMemoryTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("stele-test-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void A_disk_that_refuses_is_no_reason_to_stop_and_is_tried_again()
    {
        var folder = Path.Combine(_directory, "not there yet");
        var file = Path.Combine(folder, "store");
        var memory = new StoreMemory(file, TimeProvider.System);
        memory.See("one", 7, 2);
        memory.Flush();
        Assert.Equal(new StoreMemory.Seen("one", 7, 2), memory.Last);
        Assert.Null(new StoreMemory(file, TimeProvider.System).Last);

        Directory.CreateDirectory(folder);
        memory.See(9);
        memory.Flush();
        Assert.Equal(new StoreMemory.Seen("one", 9, 2), new StoreMemory(file, TimeProvider.System).Last);
    }
}
