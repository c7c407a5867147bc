using System.Globalization;
using Spectre.Console;
using Stele.Cli.Bench.Rows;

namespace Stele.Cli.Bench;

/// <summary>A report for a person.</summary>
internal static class ReportText
{
    // A table that is squeezed into a narrower terminal cannot be read at all.
    private const int Width = 130;

    /// <summary>A row on one line, as soon as it has been measured.</summary>
    public static string Line(LoadRow row) =>
        $"{Name(row)}: {Number(row.Stele.PerSecond)}/s"
        + string.Concat(row.Yardsticks.Select(other => $", {Ratio(other)} of {other.Name} ({Number(other.Figures.PerSecond)}/s)"));

    /// <summary>A figure on one line.</summary>
    public static string Line(Figure figure) =>
        $"{figure.Name}: {(figure.Value is { } value ? Small(value) : "-")} {figure.Unit}{(figure.Note is { } note ? $" ({note})" : "")}";

    public static void Write(Report report, IAnsiConsole console)
    {
        var machine = report.Machine;
        console.WriteLine(
            $"{machine.Cpu}, {machine.Cores} cores, {machine.MemoryBytes >> 30} GiB, {machine.Runtime}, {report.Entries} entries, "
            + string.Create(CultureInfo.InvariantCulture, $"{report.Rounds} rounds of {report.Seconds} s each"));
        console.Profile.Width = Math.Max(console.Profile.Width, Width);
        if (report.Rows.Count > 0) console.Write(Rows(report.Rows));
        if (report.Figures.Count > 0) console.Write(Figures(report.Figures));
    }

    private static Table Rows(IReadOnlyList<LoadRow> rows)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var (title, isNumber) in Columns)
            table.AddColumn(isNumber ? new TableColumn(title).RightAligned().NoWrap() : new TableColumn(title).NoWrap());
        foreach (var row in rows)
        {
            var stele = row.Stele;
            var refused = stele.Failures > 0 ? $"{stele.Failures} refused" : "";
            table.AddRow(Name(row), "stele", Number(stele.PerSecond), P(stele.P50), P(stele.P99), P(stele.P999), "", refused);
            foreach (var other in row.Yardsticks) table.AddRow(Cells(other));
        }
        return table;
    }

    private static readonly (string Title, bool IsNumber)[] Columns =
    [
        ("what", false), ("server", false), ("per second", true), ("p50 µs", true), ("p99 µs", true), ("p99.9 µs", true),
        ("ratio", true), ("asked", false),
    ];

    private static string[] Cells(Comparison other)
    {
        var figures = other.Figures;
        return
        [
            "", other.Name, Number(figures.PerSecond), P(figures.P50), P(figures.P99), P(figures.P999), Ratio(other),
            Judged(other.Target, other.Met, "at least"),
        ];
    }

    private static Table Figures(IReadOnlyList<Figure> figures)
    {
        var table = new Table().Border(TableBorder.Simple);
        table.AddColumn("figure").AddColumn(new TableColumn("value").RightAligned()).AddColumn("unit").AddColumn("asked").AddColumn("note");
        foreach (var figure in figures)
        {
            table.AddRow(
                figure.Name,
                figure.Value is { } value ? Small(value) : "-",
                figure.Unit,
                Judged(figure.Target, figure.Met, figure.MoreIsBetter ? "at least" : "at most"),
                figure.Note ?? "");
        }
        return table;
    }

    private static string Name(LoadRow row) =>
        $"{row.Kind}{(row.Bytes is { } bytes ? $" {bytes} B" : "")}, {row.Connections} conn.";

    private static string Judged(double? target, bool? met, string bound) => (target, met) switch
    {
        ({ } value, { } isMet) => $"{bound} {Small(value)}: {(isMet ? "met" : "falls short")}",
        ({ } value, null) => $"{bound} {Small(value)}: not measured",
        _ => "",
    };

    private static string Ratio(Comparison other) =>
        other.Ratio.ToString(other.Ratio < 0.1 ? "0.000" : "0.00", CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    private static string P(double microseconds) => microseconds.ToString("#,0", CultureInfo.InvariantCulture);

    private static string Small(double value) =>
        value.ToString(Math.Abs(value) >= 100 ? "#,0" : "0.###", CultureInfo.InvariantCulture);
}
