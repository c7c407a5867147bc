using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Stele.Tests;

/// <summary>
/// Ports of loopback that nobody listens on. They lie below those that the system gives to clients: a process that is
/// killed finds its port free when it starts again. None is given out twice as long as the process that took it runs,
/// whichever tests run beside it: each port is a file that one process at a time has open.
/// </summary>
internal static class FreePorts
{
    private const int First = 12_000;
    private const int End = 32_000;
    private const int NodesOfNetwork = 3;
    private const int PortsOfNode = 4;
    private const int FromNodeToNode = 10;
    private static readonly Lock Taking = new();
    private static readonly List<FileStream> Taken = [];
    private static readonly string Folder = Path.Combine(Path.GetTempPath(), $"stele-test-ports-{Environment.UserName}");

    /// <summary>So many ports.</summary>
    public static int[] Take(int count)
    {
        Directory.CreateDirectory(Folder);
        var ports = new List<int>();
        while (ports.Count < count)
        {
            var port = Random.Shared.Next(First, End);
            if (IsOurs(port) && IsFree(port)) ports.Add(port);
        }

        return [.. ports];
    }

    /// <summary>The first port of <c>stele up --nodes 3</c>, which takes the next three too, and as many from each tenth on.</summary>
    public static int TakeNetwork()
    {
        Directory.CreateDirectory(Folder);
        while (true)
        {
            var first = Random.Shared.Next(First, End - (NodesOfNetwork * FromNodeToNode));
            var all = Enumerable.Range(0, NodesOfNetwork)
                .SelectMany(node => Enumerable.Range(first + (node * FromNodeToNode), PortsOfNode));
            // What is taken of one that will not do stays taken: there are many.
            if (all.All(port => IsOurs(port) && IsFree(port))) return first;
        }
    }

    private static bool IsOurs(int port)
    {
        try
        {
            var file = File.Open(
                Path.Combine(Folder, port.ToString(CultureInfo.InvariantCulture)), FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
            lock (Taking) Taken.Add(file);
            return true;
        }
        catch (IOException)
        {
            return false; // Another test has it.
        }
    }

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
