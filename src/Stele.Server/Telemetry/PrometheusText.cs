using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Stele.Server.Telemetry;

/// <summary>Prometheus' text exposition format, 0.0.4: <c>stele.append.duration</c> becomes <c>stele_append_duration_seconds</c>.</summary>
/// <remarks><c># UNIT</c> is a comment in this format; those that know OpenMetrics read it.</remarks>
internal static class PrometheusText
{
    /// <summary>The format's media type.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Writes families by the order of their names.</summary>
    public static string Of(IEnumerable<MetricFamily> families)
    {
        var text = new StringBuilder();
        foreach (var family in families.OrderBy(family => family.Instrument.Name, StringComparer.Ordinal)) Write(text, family);
        return text.ToString();
    }

    /// <summary>The name of an instrument's metric.</summary>
    public static string NameOf(Instrument instrument, MetricKind kind)
    {
        var name = Sanitized(instrument.Name);
        if (UnitOf(instrument) is { } unit && !name.EndsWith("_" + unit, StringComparison.Ordinal)) name += "_" + unit;
        if (kind == MetricKind.Counter && !name.EndsWith("_total", StringComparison.Ordinal)) name += "_total";
        return name;
    }

    private static void Write(StringBuilder text, MetricFamily family)
    {
        var series = family.Series;
        if (series.Count == 0) return;
        var name = NameOf(family.Instrument, family.Kind);
        if (family.Instrument.Description is { Length: > 0 } description)
            text.Append("# HELP ").Append(name).Append(' ').Append(Escaped(description, quotes: false)).Append('\n');
        text.Append("# TYPE ").Append(name).Append(' ').Append(TypeOf(family.Kind)).Append('\n');
        if (UnitOf(family.Instrument) is { } unit) text.Append("# UNIT ").Append(name).Append(' ').Append(unit).Append('\n');
        foreach (var one in series)
            if (family.Kind == MetricKind.Histogram) WriteHistogram(text, name, one);
            else WriteSample(text, name, one.Tags, le: null, one.Read().Value);
    }

    private static void WriteHistogram(StringBuilder text, string name, MetricSeries series)
    {
        var (sum, count, buckets) = series.Read();
        long below = 0;
        for (var i = 0; i < series.Bounds.Count; i++)
        {
            below += buckets[i];
            WriteSample(text, name + "_bucket", series.Tags, Number(series.Bounds[i]), below);
        }
        WriteSample(text, name + "_bucket", series.Tags, "+Inf", count);
        WriteSample(text, name + "_sum", series.Tags, le: null, sum);
        WriteSample(text, name + "_count", series.Tags, le: null, count);
    }

    private static void WriteSample(
        StringBuilder text, string name, IReadOnlyList<KeyValuePair<string, object?>> tags, string? le, double value)
    {
        text.Append(name);
        var before = '{';
        foreach (var (key, tag) in tags)
        {
            Write(ref before, Sanitized(key), Convert.ToString(tag, CultureInfo.InvariantCulture) ?? "");
        }
        if (le is not null) Write(ref before, "le", le);
        if (before == ',') text.Append('}');
        text.Append(' ').Append(Number(value)).Append('\n');

        void Write(ref char mark, string label, string labelValue)
        {
            text.Append(mark).Append(label).Append("=\"").Append(Escaped(labelValue, quotes: true)).Append('"');
            mark = ',';
        }
    }

    private static string TypeOf(MetricKind kind) => kind switch
    {
        MetricKind.Counter => "counter",
        MetricKind.Histogram => "histogram",
        _ => "gauge",
    };

    // Units in braces say what is counted, and are no units.
    private static string? UnitOf(Instrument instrument) => instrument.Unit switch
    {
        "s" => "seconds",
        "By" => "bytes",
        _ => null,
    };

    private static string Sanitized(string name)
    {
        var text = new StringBuilder(name.Length);
        foreach (var c in name) text.Append(char.IsAsciiLetterOrDigit(c) ? c : '_');
        if (text.Length == 0 || char.IsAsciiDigit(text[0])) text.Insert(0, '_');
        return text.ToString();
    }

    private static string Escaped(string value, bool quotes)
    {
        var escaped = value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return quotes ? escaped.Replace("\"", "\\\"", StringComparison.Ordinal) : escaped;
    }

    private static string Number(double value) =>
        double.IsNaN(value) ? "NaN"
        : double.IsPositiveInfinity(value) ? "+Inf"
        : double.IsNegativeInfinity(value) ? "-Inf"
        : value.ToString("R", CultureInfo.InvariantCulture);
}
