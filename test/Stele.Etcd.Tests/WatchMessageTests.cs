using System.Text;

namespace Stele.Etcd.Tests;

/// <summary>What a watch makes of messages that a real etcd sends seldom, or never.</summary>
public sealed class WatchMessageTests
{
    private const string Created = """{"result":{"header":{"revision":"5"},"created":true}}""";
    private static readonly KeyRange Keys = KeyRange.Prefix("k"u8.ToArray());
    private static readonly EtcdOptions Plain = OneMember.Patient(new([]) { AnswerBytesMax = 10_000 });

    /// <summary>Streams that no etcd would send.</summary>
    public static TheoryData<string> Garbage => new()
    {
        "",
        "no JSON",
        """{"result":{}}""",
        """{"result":{"header":{"revision":"5"}}}""", // nothing says that the watch stands
        $"{Created}\n[]",
        Created + "\n" + """{"result":{"header":{"revision":"6"},"events":[{"type":"MOVE","kv":{"key":"aw=="}}]}}""",
        Created + "\n" + """{"result":{"header":{"revision":"6"},"events":[{}]}}""",
        Created + "\n" + """{"result":{"header":{"revision":"6"},"events":[{"kv":{"key":"*"}}]}}""",
        $"{Created}\n{new string(' ', 20_000)}",
        Created + "\n" + """{"error":{"code":14,"message":"etcdserver: no leader"}}""",
    };

    [Fact]
    public async Task A_watch_that_etcd_cancels_says_why_and_ends()
    {
        var updates = await AllAsync(
            Created, """{"result":{"header":{"revision":"5"},"canceled":true,"cancel_reason":"because"}}""");

        Assert.Equal([new WatchUpdate.Canceled("because")], updates);
    }

    [Fact]
    public async Task A_message_without_changes_is_progress()
    {
        var updates = await AllAsync(
            Created,
            "",
            """{"result":{"header":{"revision":"9"}}}""",
            """{"result":{"header":{"revision":"9"},"canceled":true,"compact_revision":"7"}}""");

        Assert.Equal([new WatchUpdate.Progress(9), new WatchUpdate.Compacted(7)], updates);
    }

    [Theory]
    [InlineData("""{"error":{"code":7,"message":"etcdserver: permission denied"}}""")]
    [InlineData("""{"error":{"grpc_code":7,"http_code":403,"message":"etcdserver: permission denied","http_status":"Forbidden"}}""")]
    public async Task A_refusal_inside_the_stream_is_one(string error)
    {
        var refused = await Assert.ThrowsAsync<EtcdException>(() => AllAsync(Created, error));
        var atOnce = await Assert.ThrowsAsync<EtcdException>(() => AllAsync(error));

        Assert.Equal(EtcdError.PermissionDenied, refused.Error);
        Assert.Equal(EtcdError.PermissionDenied, atOnce.Error);
    }

    [Theory]
    [MemberData(nameof(Garbage))]
    public async Task A_stream_that_is_not_understood_is_no_watch(string stream)
    {
        // Another stream is tried until the time is up.
        var soon = TimeSpan.FromMilliseconds(200);
        await Assert.ThrowsAsync<EtcdUnavailableException>(
            () => AllAsync(Plain with { RequestTimeout = soon, AttemptTimeout = soon }, stream));
    }

    private static Task<List<WatchUpdate>> AllAsync(params string[] lines) => AllAsync(Plain, lines);

    private static async Task<List<WatchUpdate>> AllAsync(EtcdOptions options, params string[] lines)
    {
        var body = string.Concat(lines.Select(line => $"{line}\n"));
        var answer = $"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\n\r\n{body}";
        await using var member = FakeMember.Saying(Encoding.ASCII.GetBytes(answer));
        using var client = member.CreateClient(options);
        var updates = new List<WatchUpdate>();
        await foreach (var update in client.WatchAsync(Keys, 3, Cancel.Token))
            updates.Add(update);
        return updates;
    }
}
