using System.Net;
using System.Net.Sockets;

namespace Stele.Server.Doctor;

/// <summary>The ports that a start needs.</summary>
internal static class PortCheck
{
    private const string Check = "ports";

    /// <summary>Whether a node runs on a data directory: it holds a lock beside the head.</summary>
    public static bool IsRunning(string home)
    {
        var path = Path.Combine(home, "head.lock");
        if (!File.Exists(path)) return false;
        try
        {
            File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read).Dispose();
            return false;
        }
        catch (IOException)
        {
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    public static void Run(CheckupOptions options, bool isRunning, Findings findings)
    {
        if (isRunning)
        {
            findings.Ok(Check, "a node runs on this directory and has its own");
            return;
        }
        foreach (var port in options.Ports.Where(port => port != 0))
        {
            try
            {
                using var listener = new TcpListener(IPAddress.Parse(options.Address), port);
                listener.Start();
                listener.Stop();
                findings.Ok(Check, $"{options.Address}:{port} is free");
            }
            catch (SocketException fault)
            {
                findings.Fail(Check, $"{options.Address}:{port}: {fault.Message}", "No node runs here, and another program has the port: "
                    + $"`ss -ltnp sport = :{port}` names it. Stop that, or start the node with --port and --identity-port.");
            }
        }
    }
}
