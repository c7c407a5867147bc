using System.Diagnostics;
using System.Text.Json;

namespace Stele.Receipts.Tests.SameVerdict;

/// <summary>The three verifiers: the library, and those in JavaScript and Python, each as one process that takes many receipts.</summary>
public sealed class Verifiers : IDisposable
{
    /// <summary>The interpreter that Debian's packages are for.</summary>
    public const string Python = "/usr/bin/python3";
    private const string Node = "/usr/bin/node";
    private const string Cryptography = "/usr/lib/python3/dist-packages/cryptography";
    private static readonly string Tests = Path.Combine(Repository.Root, "test", "Stele.Receipts.Tests", "SameVerdict");

    private Process? _javaScript;
    private Process? _python;

    /// <summary>The module that pages use.</summary>
    public static string Module { get; } = Path.Combine(Repository.Root, "src", "Stele.Explorer", "Page", "receipt.js");

    /// <summary>Where the self-contained verifiers stand.</summary>
    public static string Documents { get; } = Path.Combine(Repository.Root, "docs", "verify");

    /// <summary>Skips the test where Python or its package is missing.</summary>
    public static void RequirePython() =>
        Requirement.Met(Directory.Exists(Cryptography), "Debian's package python3-cryptography is not installed.");

    /// <summary>Asks all three and expects that they found the same.</summary>
    internal Finding Judge(string receipt, string service)
    {
        Start();
        var question = JsonSerializer.Serialize(new { receipt, service });
        _javaScript!.StandardInput.WriteLine(question);
        _python!.StandardInput.WriteLine(question);
        var library = Finding.OfLibrary(receipt, service);
        var javaScript = Answer(_javaScript);
        var python = Answer(_python);
        Assert.True(
            library.IsSame(javaScript) && library.IsSame(python),
            $"library    {library}\nJavaScript {javaScript}\nPython     {python}\n{receipt}\n{service}");
        return library;
    }

    /// <summary>Asks the JavaScript verifier alone, with options that the others do not have.</summary>
    internal Finding JudgeInJavaScript(string receipt, string service, object options)
    {
        Start();
        _javaScript!.StandardInput.WriteLine(JsonSerializer.Serialize(new { receipt, service, options }));
        return Answer(_javaScript);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var process in new[] { _javaScript, _python })
        {
            process?.Kill();
            process?.Dispose();
        }
    }

    private static Finding Answer(Process process)
    {
        // One that hangs is a failure, not a run of tests without end.
        var line = process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60)).GetAwaiter().GetResult();
        return Finding.Read(line ?? throw new EndOfStreamException($"{process.StartInfo.FileName} has ended."));
    }

    private void Start()
    {
        if (_python is not null) return;
        RequirePython();
        Requirement.Met(File.Exists(Node), "Debian's package nodejs is not installed.");
        _javaScript = Start(Node, Path.Combine(Tests, "verify_lines.mjs"), Module);
        _python = Start(Python, "-B", Path.Combine(Tests, "verify_lines.py"), Documents);
    }

    private static Process Start(string program, params string[] arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
}
