using System.Net;
using System.Text.Json;
using Stele.Server.Tests.Support;
using static Stele.Server.Tests.Support.Governor;

namespace Stele.Server.Tests.Governing;

/// <summary>Two members close a running ledger and open it again.</summary>
public sealed class ClosedServiceTests : IAsyncLifetime
{
    private const string Newest = "api-version=2026-07-31-preview";
    private const string Code =
        """
        const table = ccf.kv['public:books'];
        export function write() { table.set(ccf.strToBuf('a'), ccf.strToBuf('b')); }
        export function read() { return table.size; }
        """;

    private readonly GovernedLedger _ledger = new();
    private Governor _second = null!;

    private Governor First => _ledger.Member;

    public async ValueTask InitializeAsync()
    {
        await _ledger.InitializeAsync();
        _second = New(_ledger.WithoutCertificate, "second");
        await First.DecideAsync("set_member", new { cert = _second.Certificate.ExportCertificatePem() });
        Assert.Equal(HttpStatusCode.NoContent, (await _second.AcknowledgeAsync()).Status);
    }

    public async ValueTask DisposeAsync()
    {
        _second?.Dispose();
        await _ledger.DisposeAsync();
    }

    [Fact]
    public async Task A_closed_ledger_takes_no_writes_of_users_and_shows_what_it_has()
    {
        var before = await _ledger.Contributor.AppendAsync("before");
        Assert.Equal(HttpStatusCode.Created, (await SendAsync("PUT", "/app/userDefinedFunctions/books", new { code = Code })).Status);
        (await ExecuteAsync("write")).AssertOk();

        await CloseAsync();
        await AssertReadableAsync(_ledger.Reader, before);
        AssertRefused(await WriteAllAsync());
        AssertRefused(await ExecuteAsync("write"));
        Assert.Equal("1", (await ExecuteAsync("read")).AssertOk().Json.GetProperty("result").GetProperty("returnValue").GetString());
        Assert.Equal("Closed", await StatusAsync());
        // Members and the service itself go on.
        await DecideAsync("set_user_roles", new { user_id = "someone", roles = new[] { "Reader" } });
        (await _ledger.Administrator.GetAsync("/app/users/someone?api-version=2022-05-13")).AssertOk();

        await OpenAsync();
        await _ledger.Contributor.AppendAsync("after");
        (await ExecuteAsync("write")).AssertOk();
        Assert.Equal("Open", await StatusAsync());
        Assert.Equal(HttpStatusCode.Created, (await SetEndpointAsync()).Status);
        await CloseAsync();
        Assert.Equal("1", (await _ledger.Contributor.GetAsync("/app/books")).Text);
        AssertRefused(await _ledger.Contributor.SendAsync("POST", "/app/books", "{}"));
    }

    [Fact]
    public async Task A_restart_keeps_a_ledger_closed()
    {
        var before = await _ledger.Contributor.AppendAsync("before");
        await CloseAsync();
        await _ledger.RestartAsync();
        using var again = _ledger.CallerWith(_ledger.Contributor.Certificate);
        using var reader = _ledger.CallerWith(_ledger.Reader.Certificate);
        (await AppendAsync(again)).AssertError(HttpStatusCode.Forbidden, "ServiceClosed");
        await AssertReadableAsync(reader, before);
    }

    [Fact]
    public async Task What_races_with_the_vote_is_written_before_it_or_not_at_all()
    {
        using var stop = new CancellationTokenSource();
        async Task<List<Reply>> AppendUntilAsync()
        {
            var own = new List<Reply>();
            while (!stop.IsCancellationRequested) own.Add(await AppendAsync(_ledger.Contributor));
            return own;
        }

        var writers = Enumerable.Range(0, 4).Select(_ => AppendUntilAsync()).ToList();
        var closed = await CloseAsync();
        await stop.CancelAsync();
        var replies = (await Task.WhenAll(writers)).SelectMany(several => several).ToList();
        Assert.All(replies, reply =>
        {
            if (reply.Status == HttpStatusCode.OK) Assert.True(reply.Id < closed, $"{reply.Id} behind {closed}");
            else reply.AssertError(HttpStatusCode.Forbidden, "ServiceClosed");
        });
    }

    // Whatever users and administrators can ask to be written.
    private async Task<Reply[]> WriteAllAsync() =>
    [
        await AppendAsync(_ledger.Contributor),
        await _ledger.Administrator.SendAsync(
            "PATCH", "/app/users/somebody?api-version=2022-05-13", """{"assignedRole":"Reader"}""", "application/merge-patch+json"),
        await _ledger.Administrator.SendAsync("DELETE", $"/app/users/{_ledger.Reader.Id}?api-version=2022-05-13"),
        await SendAsync("PUT", "/app/roles", new { roles = new[] { new { roleName = "r", roleActions = new[] { "/content/read" } } } }),
        await SendAsync("PUT", "/app/userDefinedFunctions/other", new { code = Code }),
        await SendAsync("DELETE", "/app/userDefinedFunctions/books", null),
        await SetEndpointAsync(),
    ];

    private static void AssertRefused(params Reply[] replies) => Assert.All(replies, reply => reply.AssertError(
        HttpStatusCode.Forbidden, "ServiceClosed", "members", "can be read", "transition_service_to_open"));

    private static async Task AssertReadableAsync(Caller reader, TransactionId id)
    {
        (await reader.GetAsync($"/app/transactions/{id}?api-version=2022-05-13")).AssertOk();
        (await reader.GetAsync("/app/transactions?api-version=2022-05-13")).AssertOk();
        (await reader.GetAsync($"/app/transactions/{id}/receipt?api-version=2022-05-13")).AssertOk();
    }

    private static Task<Reply> AppendAsync(Caller caller) =>
        caller.SendAsync("POST", "/app/transactions?api-version=2022-05-13", """{"contents":"x"}""");

    private Task<Reply> ExecuteAsync(string function) => _ledger.Contributor.SendAsync(
        "POST", $"/app/userDefinedFunctions/books:execute?{Newest}", JsonSerializer.Serialize(new { exportedFunctionName = function }));

    private Task<Reply> SetEndpointAsync()
    {
        object Endpoint(string function, string mode) => new
        {
            js_module = "main.js",
            js_function = function,
            authn_policies = new[] { "user_cert" },
            forwarding_required = "sometimes",
            mode,
        };
        const string code =
            """
            const table = ccf.kv['public:books'];
            export function write() { table.set(ccf.strToBuf('a'), ccf.strToBuf('c')); }
            export function read() { return { body: `${table.size}` }; }
            """;
        var paths = new Dictionary<string, object>
        {
            ["/books"] = new { get = Endpoint("read", "readonly"), post = Endpoint("write", "readwrite") },
        };
        return SendAsync(
            "PUT", "/app/userDefinedEndpoints",
            new { metadata = new { endpoints = paths }, modules = new[] { new { name = "main.js", module = code } } });
    }

    private Task<Reply> SendAsync(string method, string path, object? body) => _ledger.Administrator.SendAsync(
        method, $"{path}?{Newest}", body is null ? null : JsonSerializer.Serialize(body));

    private async Task<string> StatusAsync() =>
        (await _ledger.WithoutCertificate.GetAsync("/node/network")).AssertOk().Json.GetProperty("service_status").GetString()!;

    private Task<TransactionId> CloseAsync() => DecideAsync("transition_service_to_closed", new { });

    private Task<TransactionId> OpenAsync() =>
        DecideAsync("transition_service_to_open", new { next_service_identity = _ledger.Service.ExportCertificatePem() });

    private async Task<TransactionId> DecideAsync(string action, object args)
    {
        var id = (await First.ProposeAsync(Action(action, args))).AssertOk().Json.GetProperty("proposalId").GetString()!;
        (await First.VoteAsync(id, inFavour: true)).AssertOk();
        var decided = (await _second.VoteAsync(id, inFavour: true)).AssertOk();
        Assert.True(decided.Json.GetProperty("proposalState").GetString() == "Accepted", decided.Text);
        return decided.Id;
    }
}
