using System.Globalization;
using System.Runtime.InteropServices;

namespace Stele.Cli.Bench.Rows;

/// <summary>Where a run took place.</summary>
/// <param name="Cpu">Its processors' name.</param>
/// <param name="Cores">How many the run could use.</param>
/// <param name="MemoryBytes">How much memory it could use.</param>
/// <param name="LoadBefore">The load average of the minute before; none where the system does not tell.</param>
/// <param name="System">Its operating system.</param>
/// <param name="Runtime">The .NET runtime.</param>
/// <param name="Stele">The version of the tool and of the ledger.</param>
/// <param name="Date">When the run began.</param>
internal sealed record Machine(
    string Cpu, int Cores, long MemoryBytes, double? LoadBefore, string System, string Runtime, string Stele, DateTimeOffset Date)
{
    /// <summary>Whether others had so much work for the machine that what is measured tells little.</summary>
    public bool IsBusy => LoadBefore > Cores / 2.0;

    public static Machine Here() => new(
        CpuModel(),
        Environment.ProcessorCount,
        GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
        Load(),
        RuntimeInformation.OSDescription,
        RuntimeInformation.FrameworkDescription,
        typeof(Machine).Assembly.GetName().Version!.ToString(3),
        TimeProvider.System.GetUtcNow());

    private static double? Load()
    {
        const string path = "/proc/loadavg";
        return File.Exists(path) ? double.Parse(File.ReadAllText(path).Split(' ')[0], CultureInfo.InvariantCulture) : null;
    }

    private static string CpuModel()
    {
        const string path = "/proc/cpuinfo";
        const string name = "model name";
        var line = File.Exists(path) ? File.ReadLines(path).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal)) : null;
        return line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
    }
}
