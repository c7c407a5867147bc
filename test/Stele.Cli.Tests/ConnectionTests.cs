using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Stele.Cryptography.Certificates;
using Stele.Cryptography.Keys;

namespace Stele.Cli.Tests;

/// <summary>
/// What the tool does with a ledger that refuses, or that breaks off: one that ends each connection, once its answers are given.
/// </summary>
public sealed class ConnectionTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("stele-test-").FullName;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly X509Certificate2 _certificate;
    private int _requests;

    public ConnectionTests()
    {
        using var service = SigningKey.Generate();
        using var node = SigningKey.Generate();
        var now = TimeProvider.System.GetUtcNow();
        using var authority = CertificateAuthority.Create(service, "service", now, TimeSpan.FromDays(1));
        using var endorsed = CertificateAuthority.Endorse(
            authority, service, node, "node", ["localhost", "127.0.0.1"], now, TimeSpan.FromDays(1));
        _certificate = node.Join(endorsed);
        File.WriteAllText(ServiceCertificate, authority.ExportCertificatePem());
        _listener.Start();
    }

    private string ServiceCertificate => Path.Combine(_directory, "service_cert.pem");

    public void Dispose()
    {
        _listener.Dispose();
        _certificate.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task An_append_without_an_answer_is_not_repeated_and_its_outcome_called_unknown()
    {
        var run = await AgainstAsync(["append", "x"]);
        Assert.Equal(4, run.ExitCode);
        Assert.Contains("whether the change was made is not known", run.Errors, StringComparison.Ordinal);
        Assert.Equal(1, _requests);
    }

    [Fact]
    public async Task A_question_without_an_answer_leaves_nothing_open()
    {
        var run = await AgainstAsync(["collections"]);
        Assert.Equal(4, run.ExitCode);
        Assert.DoesNotContain("not known", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_busy_ledger_is_asked_again()
    {
        var run = await AgainstAsync(["append", "x"], Busy, Answer("200 OK", """{"collectionId":"subledger:0"}"""));
        Assert.Equal("2.7", run.Ok().Output.Trim());
        Assert.Contains("Asking again", run.Errors, StringComparison.Ordinal);
        Assert.Equal(2, _requests);
    }

    [Fact]
    public async Task A_ledger_that_stays_busy_is_left_alone_after_five_times()
    {
        var run = await AgainstAsync(["append", "x"], Busy, Busy, Busy, Busy, Busy);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("Full. (503 Unavailable)", run.Errors, StringComparison.Ordinal);
        Assert.Equal(5, _requests);
    }

    [Fact]
    public async Task An_error_without_retry_is_told_as_it_is()
    {
        var run = await AgainstAsync(["append", "x"], Answer("500 Oops", "not JSON"));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("not JSON (500 ", run.Errors, StringComparison.Ordinal);
        Assert.Equal(1, _requests);
    }

    private static string Busy =>
        Answer("503 Busy", """{"error":{"code":"Unavailable","message":"Full."}}""", "Retry-After: 0\r\n");

    private static string Answer(string status, string body, string headers = "") =>
        $"HTTP/1.1 {status}\r\nx-ms-ccf-transaction-id: 2.7\r\nContent-Length: {body.Length}\r\nConnection: close\r\n"
        + $"{headers}\r\n{body}";

    private async Task<Finished> AgainstAsync(string[] command, params string[] answers)
    {
        var port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        var serving = ServeAsync(answers);
        var run = await SteleTool.RunAsync(
            [.. command, "--data", _directory, "--url", $"https://localhost:{port}", "--service-cert", ServiceCertificate]);
        _listener.Stop();
        await serving;
        return run;
    }

    private async Task ServeAsync(string[] answers)
    {
        while (await AcceptAsync() is { } client)
        {
            using var _ = client;
            await using var tls = new SslStream(client.GetStream());
            await tls.AuthenticateAsServerAsync(_certificate);
            await ReadRequestAsync(tls);
            await tls.WriteAsync(Encoding.ASCII.GetBytes(_requests < answers.Length ? answers[_requests] : ""));
            _requests++;
            await tls.ShutdownAsync();
        }
    }

    private async Task<TcpClient?> AcceptAsync()
    {
        try
        {
            return await _listener.AcceptTcpClientAsync();
        }
        catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            return null; // the tool has ended
        }
    }

    // Head and body, or an end: an append's body is one JSON object, and nothing else here has a body.
    private static async Task ReadRequestAsync(SslStream tls)
    {
        var (text, buffer) = (new StringBuilder(), new byte[4096]);
        bool IsWhole(string request) =>
            request.Contains("\r\n\r\n", StringComparison.Ordinal)
            && (request.StartsWith("GET", StringComparison.Ordinal) || request.EndsWith('}'));
        while (!IsWhole(text.ToString()) && await tls.ReadAsync(buffer) is > 0 and var read)
            text.Append(Encoding.ASCII.GetString(buffer, 0, read));
    }
}
