using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Stele.Cryptography.Certificates;
using Stele.Server.Home;

namespace Stele.Server.Doctor;

/// <summary>A running node: whether it answers, under its service's certificate, and says that it is well.</summary>
internal static class NodeCheck
{
    private const string Check = "node";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static async Task RunAsync(
        CheckupOptions options, bool isRunning, Findings findings, TimeProvider time, CancellationToken cancel)
    {
        if (!TryFind(options, isRunning, findings, out var address)) return;
        if (address is null)
        {
            if (options.DataDirectory is not null)
                findings.Ok(Check, isRunning ? "it has not said yet where it listens" : "none runs on this directory");
            return;
        }
        var file = options.ServiceCertificateFile ?? (options.DataDirectory is { } data ? Path.Combine(data, "service_cert.pem") : null);
        if (file is null || !File.Exists(file))
        {
            findings.Fail(Check, $"{address} cannot be asked without its service's certificate", "Give --service-cert PEM.");
            return;
        }
        if (!CertificatePem.TryRead(await File.ReadAllTextAsync(file, cancel), out var service))
        {
            findings.Fail(Check, $"{address} cannot be asked: {file} is no certificate in PEM", "Give --service-cert PEM, of the service.");
            return;
        }
        using var trusted = service;
        using var client = new HttpClient(Handler(service)) { BaseAddress = address, Timeout = Patience };
        try
        {
            await AskAsync(client, findings, time, cancel);
        }
        catch (HttpRequestException fault)
        {
            findings.Fail(Check, $"{address}: {(fault.InnerException ?? fault).Message}",
                fault.HttpRequestError == HttpRequestError.SecureConnectionError
                ? "It shows no certificate of this service for that name: is it another ledger's, or was the name not given as --host?"
                : "Is the node running, and does its port let this machine in? See its log.");
        }
        catch (JsonException)
        {
            findings.Fail(Check, $"{address} answers what no node does", "Is it the ledger's address, or another program's?");
        }
        catch (TaskCanceledException) when (!cancel.IsCancellationRequested)
        {
            findings.Fail(Check, $"{address} does not answer within {Patience.TotalSeconds:F0} s", "See the node's log.");
        }
    }

    // Where the node is, if one is there to be asked.
    private static bool TryFind(CheckupOptions options, bool isRunning, Findings findings, out Uri? address)
    {
        address = options.Url;
        if (address is not null || !isRunning) return true;
        try
        {
            address = EndpointFile.Read(options.DataDirectory!)?.Ledger;
            return true;
        }
        catch (FormatException damage)
        {
            findings.Fail(Check, damage.Message, "Start the node again, which writes it anew; meanwhile, give --url.");
            return false;
        }
    }

    private static async Task AskAsync(HttpClient client, Findings findings, TimeProvider time, CancellationToken cancel)
    {
        var asked = time.GetUtcNow();
        using var ready = await client.GetAsync(new Uri("/healthz/ready", UriKind.Relative), cancel);
        ClockCheck.Of(client.BaseAddress!.Authority, ready.Headers.Date, asked, time.GetUtcNow(), findings);
        if (ready.StatusCode == HttpStatusCode.NoContent) findings.Ok(Check, $"{client.BaseAddress} takes writes");
        else findings.Fail(Check, $"{client.BaseAddress} takes no writes", "An append is answered with the reason; so is the node's log.");
        var answer = await client.GetStringAsync(new Uri("/node/state", UriKind.Relative), cancel);
        using var state = JsonDocument.Parse(answer);
        if (state.RootElement.ValueKind == JsonValueKind.Object
            && state.RootElement.TryGetProperty("trouble", out var trouble) && trouble.ValueKind == JsonValueKind.String)
            findings.Fail(Check, $"it says that it is in trouble: {trouble.GetString()}", "See «What to watch» in docs/operations.md.");
    }

    private static SocketsHttpHandler Handler(X509Certificate2 service) => new()
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        SslOptions = new SslClientAuthenticationOptions
        {
            CertificateChainPolicy = CertificateTrust.In(service),
        },
    };
}
