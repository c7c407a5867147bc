using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Playwright;

namespace Stele.Browser.Tests.Explorer;

/// <summary>A ledger with something to look at: collections, tags, roles, two members, proposals; and browsers of those who look.</summary>
public sealed class ExplorerScene(Chromium chromium) : IAsyncLifetime
{
    public const string Contract =
        """{"contract":"LV-2026-118","parties":["Nordbank","Heliotrop AG"],"limit":12500000.00,"signed":true,"note":null}""";

    public const string Hostile = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>";
    public const int Measurements = 230;
    private const string Actions = "Microsoft.ConfidentialLedger/ledger";

    private readonly RunningLedger _ledger = new();

    internal Uri Address => new(_ledger.Uri, "explorer/");

    internal RunningLedger Ledger => _ledger;

    internal string ContractId { get; private set; } = "";

    internal string HostileId { get; private set; } = "";

    internal IReadOnlyList<string> MeasurementIds { get; private set; } = [];

    internal string ReaderCertificate => Path.Combine(_ledger.DataDirectory, "reader.pem");

    internal string OpenProposal { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        if (!chromium.IsThere) return;
        await _ledger.InitializeAsync();
        using var client = _ledger.CreateClient();
        await AppendAsync(
            client, "contracts",
            """{"contract":"LV-2026-117","parties":["Nordbank","Kontor & Söhne"],"limit":400000,"signed":true}""", "signed");
        HostileId = await AppendAsync(client, "contracts", Hostile, "draft");
        ContractId = await AppendAsync(client, "contracts", Contract, "signed,2026");
        var measurements = new string[Measurements];
        // A few at a time: a busy machine does not open hundreds of connections within the time that a handshake may take.
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Measurements),
            new ParallelOptions { MaxDegreeOfParallelism = 8 },
            async (n, _) => measurements[n] = await AppendAsync(
                client, "telemetry", $$"""{"vehicle":"WDB-{{n % 7}}","speed":{{40 + (n % 90)}},"at":{{n}}}"""));
        MeasurementIds = measurements;
        await AppendAsync(client, "subledger:0", "The last word, in plain text.");
        await RolesAsync(client);
        await GovernAsync();
    }

    public ValueTask DisposeAsync() => _ledger.DisposeAsync();

    /// <summary>A browser with a client certificate, or none.</summary>
    internal async Task<OpenPage> OpenAsync(
        string route = "", string? certificate = "administrator", ColorScheme colours = ColorScheme.Light, ViewportSize? size = null,
        Func<IPage, Task>? before = null, string zone = "UTC")
    {
        var file = certificate switch
        {
            "administrator" => _ledger.Administrator,
            "reader" => ReaderCertificate,
            _ => null,
        };
        var open = await chromium.OpenAsync(new BrowserNewContextOptions
        {
            IgnoreHTTPSErrors = true,
            ColorScheme = colours,
            ViewportSize = size ?? new ViewportSize { Width = 1280, Height = 860 },
            Locale = "en-GB",
            TimezoneId = zone,
            ReducedMotion = ReducedMotion.Reduce,
            ClientCertificates = file is null ? null
                : [new ClientCertificate { Origin = _ledger.Uri.GetLeftPart(UriPartial.Authority), CertPath = file, KeyPath = file }],
        });
        if (before is not null) await before(open.Page);
        await open.Page.GotoAsync(new Uri(Address, "#/" + route).AbsoluteUri);
        return open;
    }

    internal static string EntryRoute(string id, string collection) => $"entry/{id}?collection={collection}";

    internal async Task<string> AppendAsync(HttpClient client, string collection, string contents, string? tags = null)
    {
        var path = $"/app/transactions?api-version=2026-07-31-preview&collectionId={collection}&waitForCommit=true";
        if (tags is not null) path += $"&tags={tags}";
        using var body = new StringContent(JsonSerializer.Serialize(new { contents }), Encoding.UTF8, "application/json");
        var answer = await client.PostAsync(path, body);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return answer.Headers.GetValues("x-ms-ccf-transaction-id").Single();
    }

    private async Task RolesAsync(HttpClient client)
    {
        (await ToolAsync("user", "new", "reader", "--role", "reader", "--out", ReaderCertificate)).Ok();
        var role = await client.PutAsJsonAsync("/app/roles?api-version=2026-07-31-preview", new
        {
            roles = new[]
            {
                new { roleName = "auditor", roleActions = new[] { $"{Actions}/historicalQuery", $"{Actions}/receipts/read" } },
            },
        });
        Assert.True(role.IsSuccessStatusCode, await role.Content.ReadAsStringAsync());
    }

    // Two members; one proposal that was accepted, one that has one vote of two.
    private async Task GovernAsync()
    {
        var directory = _ledger.DataDirectory;
        (await SteleTool.RunAsync("member", "keygen", "alice", "--dir", directory)).Ok();
        var cert = await File.ReadAllTextAsync(Path.Combine(directory, "alice_cert.pem"));
        var key = await File.ReadAllTextAsync(Path.Combine(directory, "alice_enc_pubk.pem"));
        var admission = await ProposeAsync(
            "set_member", new { cert, encryption_pub_key = key, member_data = new { name = "Alice", of = "Nordbank" } });
        (await ToolAsync("member", "vote", admission, "--accept", "--yes")).Ok();
        (await ToolAsync("member", "ack", "--member-cert", Path.Combine(directory, "alice_cert.pem"))).Ok();
        OpenProposal = await ProposeAsync(
            "set_user_roles", new { user_id = "4f1d8f0e-5a3c-4c52-9d0b-0c8d5a0e7c11", roles = new[] { "Reader" } });
        (await ToolAsync("member", "vote", OpenProposal, "--accept", "--yes")).Ok();
    }

    private async Task<string> ProposeAsync(string name, object args)
    {
        var file = Path.Combine(_ledger.DataDirectory, "proposal.json");
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(new { actions = new[] { new { name, args } } }));
        var json = (await ToolAsync("member", "propose", file, "--json")).Ok().Output;
        return JsonDocument.Parse(json).RootElement.GetProperty("proposalId").GetString()!;
    }

    private Task<Finished> ToolAsync(params string[] arguments) =>
        SteleTool.RunAsync([.. arguments, "--data", _ledger.DataDirectory]);
}
