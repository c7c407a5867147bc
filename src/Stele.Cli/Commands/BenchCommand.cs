using System.CommandLine;
using System.Text.Json;
using Spectre.Console;
using Stele.Cli.Bench;
using Stele.Cli.Output;

namespace Stele.Cli.Commands;

/// <summary><c>stele bench</c>: how fast a ledger is on this machine, beside what it can be compared with.</summary>
internal static class BenchCommand
{
    private const int ConnectionsMax = 1000;
    private const int BytesMax = 1024 * 1024;

    private static readonly JsonSerializerOptions JsonForm = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private static readonly Option<bool> Quick = new("--quick")
    {
        Description = "a first impression in less than a minute: few rows, one short round each",
    };

    private static readonly Option<string[]> Only = new("--only")
    {
        Description = $"only these, separated by commas: {string.Join(", ", BenchOptions.Kinds)}",
        CustomParser = result => [.. result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.TrimEntries))],
        HelpName = "KINDS",
    };

    private static readonly Option<int[]> Connections = Numbers(
        "--connections", "how many connections, separated by commas [1,32,256]");

    private static readonly Option<int[]> Sizes = Numbers(
        "--size", "sizes of appended entries in bytes, separated by commas [64,1024,65536]");

    private static readonly Option<double> Seconds = new("--seconds")
    {
        Description = "how long each round takes",
        DefaultValueFactory = _ => 3,
        HelpName = "S",
    };

    private static readonly Option<int> Rounds = new("--rounds")
    {
        Description = "how many rounds each server has, in turns; their medians count",
        DefaultValueFactory = _ => 3,
        HelpName = "N",
    };

    private static readonly Option<int> Entries = new("--entries")
    {
        Description = "how many entries the ledger holds at least before anything is measured",
        DefaultValueFactory = _ => 10_000,
        HelpName = "N",
    };

    private static readonly Option<int> Collections = new("--collections")
    {
        Description = "how many more collections it has, of one entry each",
        HelpName = "N",
    };

    private static readonly Option<string?> Data = new("--data-dir")
    {
        Description = "the ledger's data directory, made when missing and kept [a temporary one]",
        HelpName = "DIR",
    };

    private static readonly Option<string?> Json = new("--json") { Description = "where to write all figures as JSON", HelpName = "FILE" };

    public static Command Create()
    {
        var command = new TaughtCommand(
            "bench",
            "Measure a ledger on this machine, beside a bare web server and PostgreSQL.",
            """
            Examples:
              stele bench --quick
              stele bench --json results.json
              stele bench --only entry,receipt --entries 1000000 --data-dir /srv/bench-ledger

            Each server is a process of its own, on a free port of this machine and with TLS; they are put under the same load in
            turns. The ratio is what counts: how many requests the ledger answers for each one that the other answers.
            """)
        {
            Quick, Only, Connections, Sizes, Seconds, Rounds, Entries, Collections, Data, Json,
        };
        Only.MustBe(kinds => kinds.All(BenchOptions.Kinds.Contains), $"of these: {string.Join(", ", BenchOptions.Kinds)}");
        Connections.MustBe(AreWithin(1, ConnectionsMax), $"numbers from 1 to {ConnectionsMax}");
        Sizes.MustBe(AreWithin(1, BytesMax), $"numbers from 1 to {BytesMax}");
        Seconds.MustBe(seconds => seconds is >= 0.1 and <= 3600, "from 0.1 to 3600");
        Rounds.MustBe(rounds => rounds is >= 1 and <= 100, "from 1 to 100");
        Entries.MustBe(entries => entries is >= 1000 and <= 1_000_000_000, "from 1000 to 1000000000");
        Collections.MustBe(collections => collections is >= 0 and < 10_000_000, "from 0 to 9999999");
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        LoadGeneratorSettings.Apply();
        var report = await new BenchRun(OptionsOf(parsed), Terminal.Say).RunAsync(cancel);
        if (parsed.GetValue(Json) is { } path)
            await File.WriteAllBytesAsync(path, JsonSerializer.SerializeToUtf8Bytes(report, JsonForm), cancel);
        ReportText.Write(report, AnsiConsole.Console);
        return ExitCode.Ok;
    }

    private static BenchOptions OptionsOf(ParseResult parsed)
    {
        var quick = parsed.GetValue(Quick);
        return new BenchOptions
        {
            Only = parsed.GetValue(Only) is { Length: > 0 } kinds ? kinds : quick ? BenchOptions.QuickKinds : [],
            Connections = Given(Connections) ?? (quick ? [32] : [1, 32, 256]),
            Sizes = Given(Sizes) ?? (quick ? [64] : [64, 1024, 65536]),
            Duration = TimeSpan.FromSeconds(Chosen(Seconds, 1)),
            Rounds = Chosen(Rounds, 1),
            Entries = Chosen(Entries, 2000),
            Collections = parsed.GetValue(Collections),
            DataDirectory = parsed.GetValue(Data) is { } path ? Path.GetFullPath(path) : null,
        };

        int[]? Given(Option<int[]> option) => parsed.GetValue(option) is { Length: > 0 } numbers ? numbers : null;

        T Chosen<T>(Option<T> option, T whenQuick) =>
            quick && parsed.GetResult(option) is null or { Implicit: true } ? whenQuick : parsed.GetRequiredValue(option);
    }

    private static Option<int[]> Numbers(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "N,N",
        CustomParser = result =>
        {
            var texts = result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.TrimEntries)).ToList();
            if (texts.TrueForAll(text => int.TryParse(text, out _))) return [.. texts.Select(int.Parse)];
            result.AddError($"{name} must be numbers, separated by commas.");
            return null;
        },
    };

    private static Func<int[], bool> AreWithin(int least, int most) => numbers => numbers.All(n => n >= least && n <= most);
}
