using System.Diagnostics;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;

namespace Stele.EndToEnd.Tests.Crash;

/// <summary>A node in a process of its own, made to be killed, with a client that notes what it was answered.</summary>
internal sealed class CrashNode : IAsyncDisposable
{
    private static readonly TimeSpan StartMax = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly StringBuilder _output;

    private CrashNode(Process process, StringBuilder output, string data, int port)
    {
        (_process, _output, Data) = (process, output, data);
        Client = NewClient(data, port);
    }

    public string Data { get; }

    public string LedgerDirectory => Path.Combine(Data, "ledger");

    public int ProcessId => _process.Id;

    public HttpClient Client { get; }

    public string Output
    {
        get
        {
            lock (_output) return _output.ToString();
        }
    }

    /// <summary>Starts a node and waits until it says that it is ready.</summary>
    public static async Task<CrashNode> StartAsync(string data, params string[] more)
    {
        var (port, process, output, ready) = Launch(data, more);
        var exited = process.WaitForExitAsync();
        var first = await Task.WhenAny(ready, exited, Task.Delay(StartMax));
        if (first == ready) return new CrashNode(process, output, data, port);
        process.Kill();
        throw new InvalidOperationException($"The node did not start:\n{output}");
    }

    /// <summary>Starts a node that is expected to refuse.</summary>
    /// <returns>Its exit code and all that it said.</returns>
    public static async Task<(int ExitCode, string Output)> StartRefusedAsync(string data, params string[] more)
    {
        var (_, process, output, ready) = Launch(data, more);
        using (process)
        {
            var first = await Task.WhenAny(ready, process.WaitForExitAsync());
            if (first == ready)
            {
                process.Kill();
                Assert.Fail($"The node started though it should have refused:\n{output}");
            }
            process.WaitForExit();
            return (process.ExitCode, output.ToString());
        }
    }

    /// <summary>Appends an entry to the default collection.</summary>
    /// <returns>Its id; null where no answer came, or one that says it was not taken.</returns>
    public async Task<Answer> AppendAsync(string contents, bool wait)
    {
        var uri = $"/app/transactions?api-version=2026-07-31-preview&waitForCommit={(wait ? "true" : "false")}";
        using var body = new StringContent(
            JsonSerializer.Serialize(new Dictionary<string, string> { ["contents"] = contents }), Encoding.UTF8, "application/json");
        try
        {
            using var response = await Client.PostAsync(uri, body);
            var text = await response.Content.ReadAsStringAsync();
            var id = response.IsSuccessStatusCode ? response.Headers.GetValues("x-ms-ccf-transaction-id").Single() : null;
            return new Answer(response.StatusCode, id, contents, text);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or TaskCanceledException)
        {
            return new Answer(null, null, contents, broken.Message);
        }
    }

    public async Task<(HttpStatusCode Status, string Body)> GetAsync(string path)
    {
        var separator = path.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        using var response = await Client.GetAsync($"{path}{separator}api-version=2026-07-31-preview");
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>The contents of a committed entry; null where there is no such entry.</summary>
    public async Task<string?> ContentsAsync(string id)
    {
        var (status, body) = await GetAsync($"/app/transactions/{id}");
        if (status == HttpStatusCode.NotFound) return null;
        using var json = JsonDocument.Parse(body);
        return json.RootElement.GetProperty("entry").GetProperty("contents").GetString();
    }

    /// <summary>Whether the default collection holds an entry with these contents.</summary>
    public async Task<bool> HoldsAsync(string contents)
    {
        for (string? page = "/app/transactions"; page is not null;)
        {
            var uri = page.Contains("api-version", StringComparison.Ordinal) ? page : $"{page}?api-version=2026-07-31-preview";
            using var json = JsonDocument.Parse(await Client.GetStringAsync(uri));
            foreach (var entry in json.RootElement.GetProperty("entries").EnumerateArray())
                if (entry.GetProperty("contents").GetString() == contents) return true;
            page = json.RootElement.TryGetProperty("nextLink", out var next) ? next.GetString() : null;
        }
        return false;
    }

    /// <summary>Waits until a transaction is no longer pending, and says what became of it.</summary>
    public async Task<string> StatusAsync(string id)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            var (status, body) = await GetAsync($"/app/transactions/{id}/status");
            if (status != HttpStatusCode.OK) return status.ToString();
            using var json = JsonDocument.Parse(body);
            var state = json.RootElement.GetProperty("state").GetString()!;
            if (state != "Pending") return state;
            await Task.Delay(10, patience.Token);
        }
    }

    /// <summary>Ends the process as a power cut would: at once, wherever it is.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Ends the process in order.</summary>
    public async Task<int> StopAsync()
    {
        if (!_process.HasExited) Signals.Terminate(_process.Id);
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!_process.HasExited) await KillAsync();
        _process.Dispose();
    }

    private static (int Port, Process Process, StringBuilder Output, Task Ready) Launch(string data, string[] more)
    {
        var ports = FreePorts.Take(2);
        var (port, identityPort) = (ports[0], ports[1]);
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "stele"))
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] arguments = ["up", "--virtual", "--data", data, "--port", $"{port}", "--identity-port", $"{identityPort}", .. more];
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        var output = new StringBuilder();
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var process = new Process { StartInfo = start };
        void Note(string? line)
        {
            lock (output) output.AppendLine(line);
            if (line == "ready") ready.TrySetResult();
        }
        process.OutputDataReceived += (_, line) => Note(line.Data);
        process.ErrorDataReceived += (_, line) => Note(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return (port, process, output, ready.Task);
    }

    private static HttpClient NewClient(string data, int port)
    {
        var service = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(data, "service_cert.pem"));
        var handler = new SocketsHttpHandler { MaxConnectionsPerServer = 64 };
        handler.SslOptions.ClientCertificates = [X509Certificate2.CreateFromPemFile(Path.Combine(data, "administrator.pem"))];
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            CustomTrustStore = { service },
            RevocationMode = X509RevocationMode.NoCheck,
        };
        return new HttpClient(handler)
        {
            BaseAddress = new Uri($"https://localhost:{port}"),
            Timeout = TimeSpan.FromSeconds(60),
        };
    }
}

/// <summary>What a client was answered.</summary>
/// <param name="Status">The status; none where the connection ended without an answer.</param>
/// <param name="Id">The transaction, where it was taken.</param>
/// <param name="Contents">What had been sent.</param>
/// <param name="Body">The answer's body, or why there was none.</param>
internal sealed record Answer(HttpStatusCode? Status, string? Id, string Contents, string Body);
