using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging.Abstractions;
using Stele.Replication;
using Stele.Replication.Network;
using Stele.Server.Authentication;
using Stele.Server.Hosting;
using Stele.Server.Network;
using Stele.Server.Tests.Support;

namespace Stele.Server.Tests.Network;

/// <summary>What a backup says of a write, by what became of it on the way to the primary.</summary>
public sealed class ForwardingOutcomeTests : IDisposable
{
    private readonly TcpListener _primary = new(IPAddress.Loopback, 0);
    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false });
    private readonly Lifetime _lifetime = new();
    private readonly Follower _follower = new();

    public ForwardingOutcomeTests()
    {
        _primary.Start();
        _follower.Primary = new PrimaryNode("primary", new Uri($"http://{_primary.LocalEndpoint}"), new View(2));
    }

    public void Dispose()
    {
        _client.Dispose();
        _primary.Dispose();
    }

    [Fact]
    public async Task An_answer_is_passed_back_with_its_headers_once_the_entry_is_here_too()
    {
        var http = await ForwardAsync(
            "HTTP/1.1 200 OK\r\nx-ms-ccf-transaction-id: 2.7\r\nContent-Type: application/json\r\nContent-Length: 2\r\n"
            + "Server: none\r\nRetry-After: 3\r\nContent-Security-Policy: sandbox\r\n\r\n{}");
        Assert.Equal(200, http.Response.StatusCode);
        Assert.Equal("2.7", http.Response.Headers["x-ms-ccf-transaction-id"]);
        Assert.Equal("3", http.Response.Headers.RetryAfter);
        Assert.Equal("sandbox", http.Response.Headers.ContentSecurityPolicy);
        Assert.Equal("application/json", http.Response.ContentType);
        Assert.Equal(0, http.Response.Headers.Server.Count);
        Assert.Equal("{}", Encoding.UTF8.GetString(((MemoryStream)http.Response.Body).ToArray()));
        Assert.Equal([new SeqNo(7)], _follower.Awaited);
    }

    [Fact]
    public async Task A_refusal_is_not_waited_for()
    {
        var http = await ForwardAsync("HTTP/1.1 403 Forbidden\r\nx-ms-ccf-transaction-id: 2.7\r\nContent-Length: 0\r\n\r\n");
        Assert.Equal(403, http.Response.StatusCode);
        Assert.Empty(_follower.Awaited);
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")]
    [InlineData("no HTTP at all\r\n\r\n")]
    public async Task Where_no_whole_answer_came_back_nothing_is_answered(string answer)
    {
        var http = await ForwardAsync(answer);
        Assert.True(_lifetime.IsAborted);
        Assert.Equal(0, http.Response.Body.Length);
    }

    [Fact]
    public async Task What_the_primary_surely_has_not_taken_may_be_sent_again()
    {
        _primary.Stop();
        await AssertUnavailableAsync(wasForwarded: false);
        Assert.False(_lifetime.IsAborted);
    }

    [Fact]
    public async Task Without_a_primary_elsewhere_or_a_second_time_nothing_is_passed_on()
    {
        await AssertUnavailableAsync(wasForwarded: true);
        _follower.Primary = _follower.Primary! with { NodeId = _follower.NodeId };
        await AssertUnavailableAsync(wasForwarded: false);
        _follower.Primary = null;
        await AssertUnavailableAsync(wasForwarded: false);
        Assert.False(_primary.Pending());
    }

    private async Task AssertUnavailableAsync(bool wasForwarded)
    {
        var unavailable = await Assert.ThrowsAsync<LedgerUnavailableException>(
            () => Forwarding().AnswerAsync(Request(), wasForwarded));
        Assert.Equal(TimeSpan.FromSeconds(1), unavailable.RetryAfter);
    }

    private Forwarding Forwarding() => new(_client, _follower, NullLogger.Instance);

    private async Task<HttpContext> ForwardAsync(string answer)
    {
        var http = Request();
        var forwarded = Forwarding().AnswerAsync(http, wasForwarded: false);
        using var connection = await _primary.AcceptSocketAsync(TestContext.Current.CancellationToken);
        var read = new StringBuilder();
        var buffer = new byte[4096];
        while (!read.ToString().EndsWith("the body", StringComparison.Ordinal))
            read.Append(Encoding.ASCII.GetString(
                buffer, 0, await connection.ReceiveAsync(buffer, TestContext.Current.CancellationToken)));
        Assert.StartsWith("POST //example.org/app?a=%41 HTTP/1.1\r\n", read.ToString(), StringComparison.Ordinal);
        Assert.Contains(ForwardedCaller.Header + ": ", read.ToString(), StringComparison.Ordinal);
        if (answer.Length > 0) await connection.SendAsync(Encoding.ASCII.GetBytes(answer), TestContext.Current.CancellationToken);
        connection.Close();
        await forwarded;
        return http;
    }

    private DefaultHttpContext Request()
    {
        using var certificate = Certificates.New();
        var http = new DefaultHttpContext();
        http.Features.Set(new ConnectionFacts(ClientCertificate.Of(certificate), IsOneTooMany: false));
        http.Features.Set<IHttpRequestLifetimeFeature>(_lifetime);
        http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = "//example.org/app?a=%41";
        http.Request.Method = "POST";
        http.Request.Body = new MemoryStream("the body"u8.ToArray());
        http.Response.Body = new MemoryStream();
        return http;
    }

    private sealed class Follower : IFollower
    {
        public NetworkTrouble? Trouble => null;

        public string? Stopped => null;

        public string NodeId => "self";

        public NodeRole Role => NodeRole.Backup;

        public PrimaryNode? Primary { get; set; }

        public List<SeqNo> Awaited { get; } = [];

        public Task WhenHereAsync(SeqNo seqno, CancellationToken cancel)
        {
            Awaited.Add(seqno);
            return Task.CompletedTask;
        }
    }

    private sealed class Lifetime : IHttpRequestLifetimeFeature
    {
        public bool IsAborted { get; private set; }

        public CancellationToken RequestAborted { get; set; }

        public void Abort() => IsAborted = true;
    }
}
