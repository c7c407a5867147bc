using System.Net;
using System.Net.Sockets;

namespace Stele.Tests;

/// <summary>
/// Ports of loopback that nobody listens on. They lie below those that the system gives to clients: a process that is
/// killed finds its port free when it starts again.
/// </summary>
internal static class FreePorts
{
    private const int First = 12_000;
    private const int End = 32_000;

    /// <summary>So many ports.</summary>
    public static int[] Take(int count)
    {
        var listeners = new List<TcpListener>();
        while (listeners.Count < count)
        {
            var listener = new TcpListener(IPAddress.Loopback, Random.Shared.Next(First, End));
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
