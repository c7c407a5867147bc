using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Stele.Tests;

/// <summary>
/// Ports of loopback that nobody listens on. They lie below those that the system gives to clients: a process that is
/// killed finds its port free when it starts again. None is given out twice: another test does not take it meanwhile.
/// </summary>
internal static class FreePorts
{
    private const int First = 12_000;
    private const int End = 32_000;
    private static readonly ConcurrentDictionary<int, bool> Given = new();

    /// <summary>So many ports.</summary>
    public static int[] Take(int count)
    {
        var listeners = new List<TcpListener>();
        while (listeners.Count < count)
        {
            var port = Random.Shared.Next(First, End);
            if (!Given.TryAdd(port, true)) continue;
            var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                listeners.Add(listener);
            }
            catch (SocketException)
            {
                listener.Dispose();
            }
        }

        var ports = listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port).ToArray();
        foreach (var listener in listeners)
            listener.Dispose();
        return ports;
    }
}
