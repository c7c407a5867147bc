using System.Diagnostics;
using System.Text;

namespace Stele.EndToEnd.Tests.Network;

/// <summary><c>stele node start</c> as a process of its own, and what it says.</summary>
internal sealed class NodeProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly StringBuilder _said = new();
    private readonly Process _process;

    public NodeProcess(string data, params string[] options)
    {
        var ports = FreePorts.Take(2);
        _process = new Process
        {
            StartInfo = SteleTool.StartInfo(
            [
                "node", "start", "--data", data, "--port", $"{ports[0]}", "--identity-port", $"{ports[1]}", .. options,
            ]),
        };
        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.ErrorDataReceived += (_, line) => Take(line.Data);
        _process.Start();
        _process.StandardInput.Close();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>What it has written so far, to both its streams.</summary>
    public string Said
    {
        get
        {
            lock (_said)
                return _said.ToString();
        }
    }

    /// <summary>Waits until it has said all of this.</summary>
    public async Task WhenSaysAsync(params string[] texts)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!texts.All(text => Said.Contains(text, StringComparison.Ordinal)))
        {
            Assert.False(patience.IsCancellationRequested, $"It never said: {string.Join(", ", texts)}\n{Said}");
            Assert.False(_process.HasExited, $"It ended without saying: {string.Join(", ", texts)}\n{Said}");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Take(string? line)
    {
        lock (_said)
            _said.Append(line).Append('\n');
    }
}
