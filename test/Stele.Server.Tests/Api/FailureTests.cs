using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging.Abstractions;
using Stele.Governance.Nodes;
using Stele.Governance.Users;
using Stele.Replication;
using Stele.Server.Api;
using Stele.Server.Application;
using Stele.Server.Authentication.Tokens;
using Stele.Server.Home;
using Stele.Server.Hosting;

namespace Stele.Server.Tests.Api;

/// <summary>
/// What is answered when something fails. Clients repeat a write that was answered 500 or 503: so such an answer is
/// given only while it is sure that nothing was written, and otherwise none.
/// </summary>
public sealed class FailureTests : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("stele-server-").FullName;
    private ConfidentialLedger _ledger = null!;
    private LedgerHome _home = null!;

    public async ValueTask InitializeAsync()
    {
        _home = LedgerHome.OpenOrCreate(_directory, [], TimeProvider.System);
        _ledger = await ConfidentialLedger.OpenAsync(
            _home, NodeEvidence.Virtual(_home.NodeKey.KeyId), new LedgerHostOptions { DataDirectory = _directory }, new LedgerNotices(),
            TimeProvider.System, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _ledger.DisposeAsync();
        _home.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task A_write_that_was_not_taken_is_answered_503_and_may_be_repeated()
    {
        var http = await AnswerAsync(call => call.WriteAsync<Answer>(
            () => throw new LedgerUnavailableException("The disk is full.", TimeSpan.FromSeconds(2.5))));
        AssertError(http, 503, "LedgerUnavailable", "The disk is full.");
        Assert.Equal("3", http.Response.Headers.RetryAfter);
    }

    [Fact]
    public async Task A_write_whose_outcome_is_unknown_gets_no_answer() =>
        AssertAborted(await AnswerAsync(call => call.WriteAsync<Answer>(
            () => throw new OutcomeUnknownException(new IOException("flush")))));

    [Fact]
    public async Task A_write_that_fails_in_a_way_nobody_thought_of_gets_no_answer() =>
        AssertAborted(await AnswerAsync(call => call.WriteAsync<Answer>(
            () => throw new InvalidOperationException("a bug"))));

    [Fact]
    public async Task Whatever_fails_behind_a_write_gets_no_answer()
    {
        Exception[] failures =
        [
            new InvalidOperationException("a bug"),
            new LedgerUnavailableException("later", null),
            new OperationCanceledException(),
            RefusedException.Input("later"),
        ];
        foreach (var failure in failures)
        {
            AssertAborted(await AnswerAsync(async call =>
            {
                await call.WriteAsync(() => Task.FromResult(1));
                throw failure;
            }));
        }
    }

    [Fact]
    public async Task An_answer_that_cannot_be_written_behind_a_write_is_none() =>
        AssertAborted(await AnswerAsync(async call =>
        {
            await call.WriteAsync(() => Task.FromResult(1));
            return Answer.Object(json => throw new InvalidOperationException("a bug"));
        }));

    [Fact]
    public async Task A_failure_before_any_write_is_answered_500_and_tells_nothing_of_the_inside()
    {
        var http = await AnswerAsync(_ => throw new InvalidOperationException("secret detail"));
        AssertError(http, 500, "InternalError", "in the log under");
        Assert.DoesNotContain("secret", BodyOf(http), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(413, 413, "RequestBodyTooLarge")]
    [InlineData(408, 408, "RequestTimeout")]
    [InlineData(400, 400, "InvalidInput")]
    public async Task A_body_that_cannot_be_read_is_answered_and_ends_the_connection(
        int thrown, int status, string code)
    {
        var http = await AnswerAsync(_ => throw new BadHttpRequestException("by the server", thrown));
        AssertError(http, status, code, "");
        Assert.Equal("close", http.Response.Headers.Connection);
    }

    private static void AssertError(HttpContext http, int status, string code, string messagePart)
    {
        Assert.False(http.RequestAborted.IsCancellationRequested);
        Assert.Equal(status, http.Response.StatusCode);
        var error = JsonDocument.Parse(BodyOf(http)).RootElement.GetProperty("error");
        Assert.Equal(code, error.GetProperty("code").GetString());
        Assert.Contains(messagePart, error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    private static void AssertAborted(HttpContext http)
    {
        Assert.True(http.RequestAborted.IsCancellationRequested);
        Assert.Equal("", BodyOf(http));
    }

    private static string BodyOf(HttpContext http) =>
        System.Text.Encoding.UTF8.GetString(((MemoryStream)http.Response.Body).ToArray());

    private async Task<HttpContext> AnswerAsync(Server.Api.Endpoint endpoint)
    {
        var http = new DefaultHttpContext();
        http.Features.Set<IHttpRequestLifetimeFeature>(new Lifetime());
        http.Response.Body = new MemoryStream();
        var options = new LedgerHostOptions { DataDirectory = _directory };
        await using var keys = new KeyRefresh(_ledger, options.TokenKeyPause, TimeProvider.System, NullLogger.Instance);
        var api = new LedgerApi(_ledger, keys, options, TimeProvider.System, NullLogger.Instance);
        Assert.True(UserId.TryParse("somebody", out var user));
        await api.AnswerAsync(http, _ => new Call
        {
            Http = http,
            Ledger = _ledger,
            Version = ApiVersion.V2022May,
            Operation = new Operation("POST", "/app/transactions", Permission.Append, endpoint),
            Caller = new LedgerUser(user, Role.Contributor),
            Query = QueryParameters.Parse(""),
            PathValue = "",
            EntryBytesMax = options.EntryBytesMax,
        });
        await http.Response.BodyWriter.FlushAsync(TestContext.Current.CancellationToken);
        return http;
    }

    private sealed class Lifetime : IHttpRequestLifetimeFeature
    {
        public CancellationToken RequestAborted { get; set; }

        public void Abort() => RequestAborted = new CancellationToken(canceled: true);
    }
}
