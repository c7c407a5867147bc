using System.Text;

namespace Stele.Etcd.Tests;

/// <summary>Whatever an answer says, a write ends as done, as surely not taken, or as open: never as the wrong one.</summary>
public sealed class AnswerTests
{
    // For reads alone, which ask again until their time is up. A write is to fail by its answer, and not by a slow machine.
    private static readonly EtcdOptions Impatient = new([]) { RequestTimeout = TimeSpan.FromMilliseconds(300) };
    private static readonly EtcdOperation.Put Put = new("key"u8.ToArray(), "value"u8.ToArray());
    private static readonly RangeQuery Query = new(KeyRange.One("key"u8.ToArray()));

    /// <summary>Answers that are not etcd's: nothing can be told from them.</summary>
    public static TheoryData<int, string> Garbage => new()
    {
        { 200, "" },
        { 200, "{" },
        { 200, "[]" },
        { 200, "null" },
        { 200, "{}" },
        { 200, "<html>welcome</html>" },
        { 200, """{"header":[]}""" },
        { 200, """{"header":{"revision":5}}""" },
        { 200, """{"header":{"revision":"five"}}""" },
        { 200, """{"header":{"revision":"9223372036854775808"}}""" },
        { 200, """{"header":{"revision":"5","revision":"6"}}""" },
        { 200, """{"header":{"revision":"5"}} {}""" },
        { 200, $$"""{"header":{{new string('[', 1000)}}""" },
        { 204, "" },
        { 302, "" },
        { 404, "404 page not found" },
        { 400, "{}" },
        { 400, """{"code":3}""" },
        { 400, """{"code":"3","message":"text"}""" },
        { 400, """{"code":17,"message":"no such code"}""" },
        { 403, "<html>a proxy</html>" },
        { 502, "bad gateway" },
        { 503, "" },
    };

    /// <summary>etcd's words that leave a write open.</summary>
    public static TheoryData<int, int, string> OpenErrors => new()
    {
        { 503, 14, "etcdserver: request timed out" },
        { 503, 14, "etcdserver: request timed out, possibly due to previous leader failure" },
        { 503, 14, "etcdserver: request timed out, possibly due to connection lost" },
        { 503, 14, "etcdserver: leader changed" },
        { 503, 14, "etcdserver: server stopped" },
        { 503, 14, "transport is closing" },
        { 504, 4, "context deadline exceeded" },
        { 408, 1, "context canceled" },
        { 500, 2, "raft proposal dropped" },
        { 500, 13, "internal" },
        { 500, 15, "etcdserver: corrupt cluster" },
    };

    /// <summary>etcd's words that say that a write was not taken.</summary>
    public static TheoryData<int, int, string, EtcdError> Refusals => new()
    {
        { 400, 3, "etcdserver: request is too large", EtcdError.RequestTooLarge },
        { 429, 8, "grpc: received message larger than max (2800045 vs. 2097152)", EtcdError.RequestTooLarge },
        { 400, 3, "etcdserver: duplicate key given in txn request", EtcdError.InvalidRequest },
        { 429, 8, "etcdserver: mvcc: database space exceeded", EtcdError.NoSpace },
        { 429, 8, "etcdserver: too many requests", EtcdError.TooManyRequests },
        { 400, 11, "etcdserver: mvcc: required revision has been compacted", EtcdError.Compacted },
        { 400, 11, "etcdserver: mvcc: required revision is a future revision", EtcdError.FutureRevision },
        { 404, 5, "etcdserver: requested lease not found", EtcdError.LeaseNotFound },
        { 401, 16, "etcdserver: invalid auth token", EtcdError.Unauthenticated },
        { 403, 7, "etcdserver: permission denied", EtcdError.PermissionDenied },
        { 400, 9, "etcdserver: re-configuration failed due to not enough started members", EtcdError.Other },
        { 501, 12, "unimplemented", EtcdError.Other },
    };

    [Theory]
    [MemberData(nameof(Garbage))]
    public async Task An_answer_that_is_not_understood_leaves_a_write_open_and_a_read_unserved(int status, string body)
    {
        await using var member = FakeMember.Saying(FakeMember.Http(status, body));
        using var writer = member.CreateClient();
        using var reader = member.CreateClient(Impatient);

        await Assert.ThrowsAsync<EtcdOutcomeUnknownException>(() => writer.PutAsync(Put, Cancel.Token));
        Assert.Equal(1, member.Requests);
        await Assert.ThrowsAsync<EtcdUnavailableException>(() => reader.RangeAsync(Query, Cancel.Token));
    }

    [Theory]
    [InlineData("")]
    [InlineData("no HTTP at all\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"header\":{\"revision\":\"5\"}}")]
    public async Task A_broken_answer_leaves_a_write_open_and_a_read_unserved(string answer)
    {
        await using var member = FakeMember.Saying(Encoding.ASCII.GetBytes(answer));
        // One of these has no end, and the call takes all its time: enough to send it on a slow machine.
        using var writer = member.CreateClient(OneMember.Patient(new([])) with { RequestTimeout = TimeSpan.FromSeconds(5) });
        using var reader = member.CreateClient(Impatient);

        await Assert.ThrowsAsync<EtcdOutcomeUnknownException>(() => writer.PutAsync(Put, Cancel.Token));
        Assert.Equal(1, member.Requests);
        await Assert.ThrowsAsync<EtcdUnavailableException>(() => reader.RangeAsync(Query, Cancel.Token));
    }

    [Theory]
    [MemberData(nameof(OpenErrors))]
    public async Task What_etcd_gave_up_waiting_for_may_come_about_yet(int status, int code, string message)
    {
        await using var member = FakeMember.Saying(FakeMember.Http(status, Error(code, message)));
        using var client = member.CreateClient();

        var open = await Assert.ThrowsAsync<EtcdOutcomeUnknownException>(() => client.PutAsync(Put, Cancel.Token));

        Assert.Contains(message, open.Message, StringComparison.Ordinal);
        Assert.Equal(1, member.Requests);
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task What_etcd_refuses_was_not_taken(int status, int code, string message, EtcdError error)
    {
        await using var member = FakeMember.Saying(FakeMember.Http(status, Error(code, message)));
        using var client = member.CreateClient();

        var refused = await Assert.ThrowsAsync<EtcdException>(() => client.PutAsync(Put, Cancel.Token));

        Assert.Equal((error, $"etcd: {message}"), (refused.Error, refused.Message));
        await Assert.ThrowsAsync<EtcdException>(() => client.RangeAsync(Query, Cancel.Token));
        Assert.Equal(2, member.Requests);
    }

    [Theory]
    [InlineData(503, 14, "etcdserver: no leader")]
    [InlineData(503, 14, "etcdserver: not capable")]
    [InlineData(503, 14, "etcdserver: rpc not supported for learner")]
    [InlineData(400, 9, "etcdserver: not leader")]
    public async Task A_member_that_looks_at_no_request_has_not_taken_a_write(int status, int code, string message)
    {
        await using var member = FakeMember.Saying(FakeMember.Http(status, Error(code, message)));
        using var client = member.CreateClient();

        await Assert.ThrowsAsync<EtcdUnavailableException>(() => client.PutAsync(Put, Cancel.Token));
        Assert.Equal(1, member.Requests);
    }

    [Fact]
    public async Task The_older_gateway_words_its_errors_otherwise()
    {
        const string Json = """{"error":"etcdserver: request is too large","message":"etcdserver: request is too large","code":3}""";
        await using var member = FakeMember.Saying(FakeMember.Http(400, Json));
        using var client = member.CreateClient();

        var refused = await Assert.ThrowsAsync<EtcdException>(() => client.PutAsync(Put, Cancel.Token));

        Assert.Equal(EtcdError.RequestTooLarge, refused.Error);
    }

    [Fact]
    public async Task A_transaction_whose_operations_are_not_all_answered_is_open()
    {
        string[] answers =
        [
            """{"header":{"revision":"5"},"succeeded":true}""",
            """{"header":{"revision":"5"},"succeeded":true,"responses":[{"response_range":{"header":{"revision":"5"}}}]}""",
            """{"header":{"revision":"5"},"responses":[{"response_put":{"header":{"revision":"5"}}}]}""",
        ];
        foreach (var answer in answers)
        {
            await using var member = FakeMember.Saying(FakeMember.Http(200, answer));
            using var client = member.CreateClient();

            await Assert.ThrowsAsync<EtcdOutcomeUnknownException>(
                () => client.TransactAsync(new() { Then = [Put] }, Cancel.Token));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_answer_is_read_no_further_than_its_limit(bool saysItsLength)
    {
        var length = saysItsLength ? "Content-Length: 1000000000\r\n" : "";
        var answer = $"HTTP/1.1 200 OK\r\n{length}\r\n{new string(' ', 100_000)}";
        await using var member = FakeMember.Saying(Encoding.ASCII.GetBytes(answer));
        using var client = member.CreateClient(OneMember.Patient(new([]) { AnswerBytesMax = 50_000 }));

        var refused = await Assert.ThrowsAsync<EtcdException>(() => client.RangeAsync(Query, Cancel.Token));
        await Assert.ThrowsAsync<EtcdOutcomeUnknownException>(() => client.PutAsync(Put, Cancel.Token));

        Assert.Equal(EtcdError.AnswerTooLarge, refused.Error);
    }

    [Fact]
    public async Task A_write_on_a_kept_connection_that_closes_is_not_sent_again()
    {
        var answers = 0;
        await using var member = new FakeMember(_ =>
            Interlocked.Increment(ref answers) == 1 ? FakeMember.Http(200, """{"header":{"revision":"5"}}""") : []);
        using var client = member.CreateClient();

        await client.PutAsync(Put, Cancel.Token);
        await Assert.ThrowsAsync<EtcdOutcomeUnknownException>(() => client.PutAsync(Put, Cancel.Token));

        Assert.Equal(2, member.Requests);
    }

    [Fact]
    public async Task A_read_goes_to_the_next_member_and_a_write_does_not()
    {
        await using var bad = FakeMember.Saying(FakeMember.Http(503, Error(14, "etcdserver: leader changed")));
        await using var good = FakeMember.Saying(FakeMember.Http(200, """{"header":{"revision":"5"}}"""));
        using var reader = new EtcdClient(new([bad.Address, good.Address]), TimeProvider.System);
        using var writer = new EtcdClient(new([bad.Address, good.Address]), TimeProvider.System);

        Assert.Equal(5, (await reader.RangeAsync(Query, Cancel.Token)).Revision);
        await Assert.ThrowsAsync<EtcdOutcomeUnknownException>(() => writer.PutAsync(Put, Cancel.Token));
        Assert.Equal((2, 1), (bad.Requests, good.Requests));

        // The next write finds the other one.
        Assert.Equal(5, (await writer.PutAsync(Put, Cancel.Token)).Revision);
        Assert.Equal((2, 2), (bad.Requests, good.Requests));
    }

    [Fact]
    public async Task An_old_version_is_refused_with_the_reason()
    {
        await using var member = FakeMember.Saying(
            FakeMember.Http(200, """{"header":{"member_id":"1"},"version":"3.4.23"}"""));
        using var client = member.CreateClient();

        var refused = await Assert.ThrowsAsync<EtcdUnsupportedException>(() => client.CheckVersionAsync(Cancel.Token));

        Assert.Contains("3.4.23", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://192.0.2.1:2379")]
    [InlineData("ftp://127.0.0.1:2379")]
    [InlineData("https://127.0.0.1:2379/behind/a/path")]
    [InlineData("https://user:word@127.0.0.1:2379")]
    public void An_address_that_would_not_be_safe_is_not_taken(string address) =>
        Assert.Throws<ArgumentException>(() => new EtcdClient(new([new Uri(address)]), TimeProvider.System));

    private static string Error(int code, string message) => $$"""{"code":{{code}},"message":"{{message}}"}""";
}
