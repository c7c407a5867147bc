using System.Text.Encodings.Web;
using System.Text.Json;
using Spectre.Console;

namespace Stele.Cli.Output;

/// <summary>Where a command's results and its talk go: data to standard output, talk to standard error.</summary>
/// <param name="json">Whether results are JSON for a machine.</param>
/// <param name="output">Where results go, if not to standard output.</param>
internal sealed class Terminal(bool json, TextWriter? output = null)
{
    private static readonly JsonWriterOptions JsonLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly TextWriter _output = output ?? Console.Out;

    /// <summary>A console on standard error: colours and progress bars only where a person looks at it.</summary>
    public IAnsiConsole Talk { get; } = AnsiConsole.Create(new AnsiConsoleSettings
    {
        Out = new AnsiConsoleOutput(Console.Error),
        Ansi = Console.IsErrorRedirected ? AnsiSupport.No : AnsiSupport.Detect,
        Interactive = Console.IsErrorRedirected ? InteractionSupport.No : InteractionSupport.Detect,
    });

    /// <summary>Whether a person looks at standard error.</summary>
    public bool HasAudience { get; } = !Console.IsErrorRedirected;

    /// <summary>Gives a result: as a line of text, or as one line of JSON.</summary>
    public void Result(string text, Action<Utf8JsonWriter> write)
    {
        if (!json)
        {
            _output.WriteLine(text);
            return;
        }
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, JsonLine)) write(writer);
        _output.WriteLine(System.Text.Encoding.UTF8.GetString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length)));
    }

    /// <summary>Says something to a person.</summary>
    public static void Say(string text) => Console.Error.WriteLine(text);
}
