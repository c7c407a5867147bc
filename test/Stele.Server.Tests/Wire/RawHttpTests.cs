using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json;
using Stele.Server.Tests.Support;

namespace Stele.Server.Tests.Wire;

/// <summary>Odd, broken, slow and too many: what a hostile peer sends, byte for byte, over real TLS.</summary>
public sealed class RawHttpTests
{
    private const string Host = "Host: localhost\r\n";
    private const string Post = "POST / HTTP/1.1\r\n" + Host;
    private const string Chunks = "4\r\nbody\r\n0\r\n\r\n";

    [Theory]
    [InlineData(Post + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n" + Chunks, "both")]
    [InlineData(Post + "Content-Length: +4\r\n\r\nbody", "without a sign")]
    [InlineData("GET / HTTP/1.1\nHost: localhost\n\n", "CR LF")]
    [InlineData("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n", "HTTP/1.0")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "one Host")]
    [InlineData("GET / HTTP/1.1\r\n\r\n", "one Host")]
    [InlineData("hello, is there anybody?\r\n\r\n", "starts with a line")]
    public async Task What_two_readers_could_take_for_two_requests_is_answered_400_and_closed(
        string request, string rule)
    {
        await using var server = await EchoServer.StartAsync();
        await using var connection = await RawConnection.OpenAsync(server.Port);
        await connection.SendAsync(request);
        await AssertRefusedAsync(connection, 400, rule);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: loc", "before its head")]
    [InlineData(Post + "Content-Length: 100\r\n\r\nbody", "before its body")]
    [InlineData(Post + "Transfer-Encoding: chunked\r\n\r\n4\r\nbo", "before its body")]
    public async Task A_request_that_ends_early_is_answered_400(string request, string rule)
    {
        await using var server = await EchoServer.StartAsync();
        await using var connection = await RawConnection.OpenAsync(server.Port);
        await connection.SendAsync(request);
        await connection.EndAsync();
        await AssertRefusedAsync(connection, 400, rule);
    }

    [Fact]
    public async Task Good_requests_one_behind_another_are_all_answered()
    {
        await using var server = await EchoServer.StartAsync();
        await using var connection = await RawConnection.OpenAsync(server.Port);
        await connection.SendAsync(
            $"POST /a HTTP/1.1\r\n{Host}Content-Length: 4\r\n\r\nbody"
            + $"POST /b HTTP/1.1\r\n{Host}Transfer-Encoding: chunked\r\n\r\n"
            + "4;x=y\r\nbody\r\n2\r\n!!\r\n0\r\nTrailer: t\r\n\r\n"
            + $"GET /c HTTP/1.1\r\n{Host}\r\n"
            + $"GET /d HTTP/1.1\r\n{Host}Content-Length: +0\r\n\r\n");
        Assert.Equal("POST /a 4", (await connection.ReadAnswerAsync()).Body);
        Assert.Equal("POST /b 6", (await connection.ReadAnswerAsync()).Body);
        Assert.Equal("GET /c 0", (await connection.ReadAnswerAsync()).Body);
        await AssertRefusedAsync(connection, 400, "without a sign");
    }

    [Fact]
    public async Task A_good_request_may_come_byte_by_byte()
    {
        await using var server = await EchoServer.StartAsync();
        await using var connection = await RawConnection.OpenAsync(server.Port);
        const string post = $"POST /a HTTP/1.1\r\n{Host}Transfer-Encoding: chunked\r\n\r\n{Chunks}";
        foreach (var c in post + $"GET /b HTTP/1.1\r\n{Host}\r\n") await connection.SendAsync(c.ToString());
        Assert.Equal("POST /a 4", (await connection.ReadAnswerAsync()).Body);
        Assert.Equal("GET /b 0", (await connection.ReadAnswerAsync()).Body);
    }

    [Theory]
    [InlineData("z\r\nbody\r\n0\r\n\r\n")]
    [InlineData("+4\r\nbody\r\n0\r\n\r\n")]
    [InlineData("4\nbody\r\n0\r\n\r\n")]
    [InlineData("4\r\nbodyX\r\n0\r\n\r\n")]
    [InlineData("ffffffffffffffff\r\nbody\r\n0\r\n\r\n")]
    public async Task Badly_framed_chunks_never_reach_the_application_as_a_body(string chunks)
    {
        await using var server = await EchoServer.StartAsync();
        await using var connection = await RawConnection.OpenAsync(server.Port);
        await connection.SendAsync(
            $"POST /a HTTP/1.1\r\n{Host}Transfer-Encoding: chunked\r\n\r\n{chunks}GET /b HTTP/1.1\r\n{Host}\r\n");
        await AssertRefusedAsync(connection, 400, "proper chunks");
    }

    [Fact]
    public async Task A_head_that_dawdles_is_answered_408()
    {
        var time = new ManualTime();
        await using var server = await EchoServer.StartAsync(time: time);
        await using var connection = await RawConnection.OpenAsync(server.Port);
        await connection.SendAsync("GET / HTTP/1.1\r\nHost: ");
        while (time.TimerCount == 0) await Task.Yield();
        time.Advance(TimeSpan.FromSeconds(11));
        await AssertRefusedAsync(connection, 408, "10 seconds");
    }

    [Fact]
    public async Task One_connection_too_many_is_told_so_and_the_next_is_served_when_one_has_gone()
    {
        await using var server = await EchoServer.StartAsync(connectionsMax: 2);
        var first = await RawConnection.OpenAsync(server.Port);
        await using var second = await RawConnection.OpenAsync(server.Port);
        foreach (var connection in (RawConnection[])[first, second])
        {
            await connection.SendAsync($"GET / HTTP/1.1\r\n{Host}\r\n");
            Assert.Equal(200, (await connection.ReadAnswerAsync()).Status);
        }

        await using (var third = await RawConnection.OpenAsync(server.Port))
        {
            await third.SendAsync($"GET / HTTP/1.1\r\n{Host}\r\n");
            await AssertRefusedAsync(third, 503, "2 connections");
        }

        await first.DisposeAsync();
        int status;
        do
        {
            await using var next = await RawConnection.OpenAsync(server.Port);
            await next.SendAsync($"GET / HTTP/1.1\r\n{Host}\r\n");
            status = (await next.ReadAnswerAsync()).Status;
        }
        while (status == 503);
        Assert.Equal(200, status);
    }

    [Fact]
    public async Task Tls_below_1_2_and_plain_text_are_not_spoken()
    {
        await using var server = await EchoServer.StartAsync();
#pragma warning disable SYSLIB0039, CA5397 // It is what is refused.
        await Assert.ThrowsAnyAsync<Exception>(
            () => RawConnection.OpenAsync(server.Port, protocols: SslProtocols.Tls11));
#pragma warning restore SYSLIB0039, CA5397
        await using (await RawConnection.OpenAsync(server.Port, protocols: SslProtocols.Tls12))
        {
        }

        using var tcp = new TcpClient();
        await tcp.ConnectAsync("127.0.0.1", server.Port, TestContext.Current.CancellationToken);
        var request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray();
        await tcp.GetStream().WriteAsync(request, TestContext.Current.CancellationToken);
        using var reader = new StreamReader(tcp.GetStream());
        var answer = await ReadToEndAsync(reader);
        Assert.DoesNotContain("HTTP/1.1 200", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Http_2_is_spoken()
    {
        await using var server = await EchoServer.StartAsync();
        using var handler = new SocketsHttpHandler();
#pragma warning disable CA5359 // Here it is the protocol that is tested, not the certificate.
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        using var client = new HttpClient(handler);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"https://localhost:{server.Port}/a")
        {
            Version = new Version(2, 0),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new StringContent("body"),
        };
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal("POST /a 4", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private static async Task AssertRefusedAsync(RawConnection connection, int status, string messagePart)
    {
        var answer = await connection.ReadAnswerAsync();
        Assert.Equal(status, answer.Status);
        using var json = JsonDocument.Parse(answer.Body);
        var error = json.RootElement.GetProperty("error");
        Assert.NotEqual("", error.GetProperty("code").GetString());
        Assert.Contains(messagePart, error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.True(await connection.IsClosedAsync());
    }

    private static async Task<string> ReadToEndAsync(StreamReader reader)
    {
        try
        {
            return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
            return "";
        }
    }
}
