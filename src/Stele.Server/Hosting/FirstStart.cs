using System.Net;
using System.Net.Sockets;

namespace Stele.Server.Hosting;

/// <summary>
/// A start on a directory without a ledger. It founds a service with keys, so what would keep it from serving is looked at before.
/// </summary>
internal static class FirstStart
{
    /// <summary>Refuses a first start whose ports are taken, before anything is made.</summary>
    /// <exception cref="IOException">One is, or it cannot be listened on.</exception>
    public static void DemandPorts(LedgerHostOptions options)
    {
        if (Directory.Exists(Path.Combine(options.DataDirectory, "ledger"))) return;
        var listeners = new[] { options.Port, options.IdentityPort }
            .Select(port => new TcpListener(IPAddress.Parse(options.Address), port)).ToList();
        try
        {
            // Each is held until both are seen to be free: they must differ.
            foreach (var listener in listeners) listener.Start();
        }
        catch (SocketException taken)
        {
            throw new IOException(taken.Message, taken);
        }
        finally
        {
            foreach (var listener in listeners) listener.Dispose();
        }
    }
}
