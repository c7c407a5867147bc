using System.Runtime.InteropServices;

namespace Stele.Cli.Bench.Rows;

/// <summary>Where a run took place.</summary>
internal sealed record Machine(
    string Cpu, int Cores, long MemoryBytes, string System, string Runtime, string Stele, DateTimeOffset Date)
{
    public static Machine Here() => new(
        CpuModel(),
        Environment.ProcessorCount,
        GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
        RuntimeInformation.OSDescription,
        RuntimeInformation.FrameworkDescription,
        typeof(Machine).Assembly.GetName().Version!.ToString(3),
        TimeProvider.System.GetUtcNow());

    private static string CpuModel()
    {
        const string path = "/proc/cpuinfo";
        const string name = "model name";
        var line = File.Exists(path) ? File.ReadLines(path).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal)) : null;
        return line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
    }
}
