using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Stele.Server.Tests.Support;

/// <summary>A TLS connection on which a test says whatever it likes, byte for byte.</summary>
internal sealed class RawConnection : IAsyncDisposable
{
    private readonly TcpClient _tcp;
    private readonly SslStream _tls;
    private readonly List<byte> _received = [];

    private RawConnection(TcpClient tcp, SslStream tls)
    {
        _tcp = tcp;
        _tls = tls;
    }

    /// <summary>What the server showed. It is gone with the connection.</summary>
    public X509Certificate2 Server => (X509Certificate2)_tls.RemoteCertificate!;

    public static async Task<RawConnection> OpenAsync(
        int port, X509Certificate2? certificate = null, SslProtocols protocols = SslProtocols.None)
    {
        var tcp = new TcpClient();
        await tcp.ConnectAsync("127.0.0.1", port, TestContext.Current.CancellationToken);
        var tls = new SslStream(tcp.GetStream());
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                EnabledSslProtocols = protocols,
#pragma warning disable CA5359 // Here it is the bytes that are tested, not the certificate.
                RemoteCertificateValidationCallback = (_, _, _, _) => true,
#pragma warning restore CA5359
                LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate!,
                ClientCertificates = certificate is null ? [] : [certificate],
            },
            TestContext.Current.CancellationToken);
        return new RawConnection(tcp, tls);
    }

    public async Task SendAsync(string text)
    {
        await _tls.WriteAsync(Encoding.Latin1.GetBytes(text), TestContext.Current.CancellationToken);
        await _tls.FlushAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Says that nothing more comes, and goes on listening.</summary>
    public Task EndAsync() => _tls.ShutdownAsync();

    /// <summary>Reads one answer: its status and its body.</summary>
    public async Task<(int Status, string Head, string Body)> ReadAnswerAsync(bool withBody = true)
    {
        int headEnd;
        while ((headEnd = Text().IndexOf("\r\n\r\n", StringComparison.Ordinal)) < 0)
            if (!await ReadMoreAsync()) throw new EndOfStreamException("The server closed without an answer.");
        var head = Text()[..headEnd];
        var lengthLine = head.Split("\r\n").FirstOrDefault(
            line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
        var length = lengthLine is null || !withBody ? 0 : int.Parse(lengthLine.Split(':')[1]);
        while (_received.Count < headEnd + 4 + length)
            if (!await ReadMoreAsync()) throw new EndOfStreamException("The answer broke off.");
        var body = Text().Substring(headEnd + 4, length);
        _received.RemoveRange(0, headEnd + 4 + length);
        return (int.Parse(head.Split(' ')[1]), head, body);
    }

    /// <summary>Whether the server has closed the connection, with nothing further said.</summary>
    public async Task<bool> IsClosedAsync() => _received.Count == 0 && !await ReadMoreAsync();

    public async ValueTask DisposeAsync()
    {
        await _tls.DisposeAsync();
        _tcp.Dispose();
    }

    private string Text() => Encoding.Latin1.GetString([.. _received]);

    private async Task<bool> ReadMoreAsync()
    {
        var buffer = new byte[16 * 1024];
        try
        {
            var read = await _tls.ReadAsync(buffer, TestContext.Current.CancellationToken);
            _received.AddRange(buffer.AsSpan(0, read));
            return read > 0;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
