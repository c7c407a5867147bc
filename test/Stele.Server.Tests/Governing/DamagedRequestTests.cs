using System.Net;
using System.Text;
using System.Text.Json;
using Stele.Governance.Requests;
using Stele.Server.Tests.Support;
using static Stele.Server.Tests.Support.Governor;

namespace Stele.Server.Tests.Governing;

/// <summary>
/// Some thousand damaged requests over HTTP, on connections that are kept: what is damaged, or signed and odd, is refused as the
/// client's fault, or still valid, and never the server's. The parsers alone meet a million of them in the tests of governance.
/// </summary>
public sealed class DamagedRequestTests : IAsyncLifetime
{
    private const string Create = "members/proposals:create";
    private const int AtOnce = 4;
    private readonly ulong _seed = RunSeed.Value;
    // One for each test: a header that is odd may be dated ahead, and what follows is too old then.
    private readonly GovernedLedger _ledger = new();
    private readonly HashSet<HttpStatusCode> _seen = [];
    private readonly Lock _lock = new();
    private volatile string _open = "";
    private int _opened;

    private Governor Member => _ledger.Member;

    public ValueTask InitializeAsync() => _ledger.InitializeAsync();

    public ValueTask DisposeAsync() => _ledger.DisposeAsync();

    [Fact]
    public async Task Damaged_messages_are_refused()
    {
        var text = Action("set_recovery_threshold", new { recovery_threshold = 1 });
        var good = Member.Sign(RequestType.Proposal, text);
        await EachAsync(2000, (damage, _) => (Create, damage.Cbor(good)));
        Assert.Contains(HttpStatusCode.Unauthorized, _seen);
    }

    [Fact]
    public async Task Headers_that_are_odd_are_refused_though_they_are_signed()
    {
        var body = Encoding.UTF8.GetBytes(Action("set_recovery_threshold", new { recovery_threshold = 1 }));
        var header = Member.Header(RequestType.Proposal);
        await EachAsync(1000, (damage, _) => (Create, Member.SignAny(damage.Cbor(header), body)));
        Assert.Contains(HttpStatusCode.Unauthorized, _seen);
    }

    [Fact]
    public async Task Signed_requests_whose_json_is_odd_are_refused_or_mean_something()
    {
        var args = new
        {
            issuer = "https://issuer.example",
            audience = "a\u00e4\ud83d\ude00",
            jwks = new { keys = Array.Empty<object>() },
            auto_refresh = false,
        };
        string[] proposals =
        [
            Action("set_jwt_issuer", args),
            Action("set_user_roles", new { user_id = "someone", roles = new[] { "Reader" } }),
            Action("set_member_data", new { member_id = Member.Id, member_data = new { a = (object[])[1, "b", true] } }),
            Action("set_js_runtime_options", new { max_heap_bytes = 1 << 24, max_stack_bytes = 1 << 20, max_execution_time_ms = 5000 }),
            Action("set_recovery_threshold", new { recovery_threshold = 1 }),
        ];
        var ballot = JsonSerializer.Serialize(new { ballot = "export function vote (proposal, proposerId) { return false }" });
        _open = await OpenAsync();
        await EachAsync(400, (damage, kind) => (kind % 8, _open) switch
        {
            (0, var open) => (
                $"members/proposals/{open}/ballots/{Member.Id}:submit", Signed(damage.Json(ballot), RequestType.Ballot, open)),
            (1, _) => ($"members/state-digests/{Member.Id}:ack", Signed(damage.Json("""{"stateDigest":"00"}"""), RequestType.Ack)),
            (2, var open) => ($"members/proposals/{open}:withdraw", Signed(damage.Json("{}"), RequestType.Withdrawal, open)),
            _ => (Create, Signed(damage.Json(proposals[kind % proposals.Length]), RequestType.Proposal)),
        });
        Assert.Contains(HttpStatusCode.BadRequest, _seen);
    }

    private byte[] Signed(byte[] body, RequestType type, string? proposal = null) => Member.SignAny(Member.Header(type, proposal), body);

    private async Task EachAsync(int count, Func<Damage, int, (string Path, byte[] Body)> make)
    {
        TestContext.Current.TestOutputHelper!.WriteLine($"The seed is {_seed}.");
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(async lane =>
        {
            var damage = new Damage(_seed + ((ulong)lane * 0x9E3779B97F4A7C15));
            for (var i = lane; i < count; i += AtOnce)
            {
                var (path, body) = make(damage, i);
                await CheckAsync(await Member.PostAsync(path, body), $"seed {_seed}, {path}: {Convert.ToHexString(body)}");
            }
        }));
    }

    private async Task CheckAsync(Reply reply, string what)
    {
        Assert.True((int)reply.Status is (>= 200 and < 300) or (>= 400 and < 500), $"{reply.Status}: {reply.Text} to {what}");
        Assert.False(reply.Headers.ConnectionClose is true, $"The connection was given up: {what}");
        lock (_lock) _seen.Add(reply.Status);
        if (reply.Status != HttpStatusCode.OK || !reply.Json.TryGetProperty("proposalId", out var id)) return;
        // What is valid still is taken back, for a member has not many open proposals at once; and one is there to be voted on.
        await Member.WithdrawAsync(id.GetString()!);
        if (id.GetString() == _open) _open = await OpenAsync();
    }

    // Each is another one, or it were a replay; of very many in one second some are refused, until the next.
    private async Task<string> OpenAsync()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        while (true)
        {
            var data = new { number = Interlocked.Increment(ref _opened) };
            var reply = await Member.ProposeAsync(Action("set_member_data", new { member_id = Member.Id, member_data = data }));
            if (reply.Status == HttpStatusCode.OK) return reply.Json.GetProperty("proposalId").GetString()!;
            await Task.Delay(200, patience.Token);
        }
    }
}
