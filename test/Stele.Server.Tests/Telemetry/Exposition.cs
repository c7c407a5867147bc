using System.Globalization;

namespace Stele.Server.Tests.Telemetry;

/// <summary>A sample of the exposition format.</summary>
internal sealed record Sample(string Name, IReadOnlyDictionary<string, string> Labels, double Value);

/// <summary>A family of it: what is announced by TYPE, and its samples.</summary>
internal sealed record Family(string Name, string Type, string? Help, string? Unit, List<Sample> Samples);

/// <summary>
/// A strict reader of Prometheus' text format 0.0.4: its grammar, and its rules that samples stand behind their family's TYPE, that
/// no two are the same, and that a histogram's buckets ascend and end in +Inf, with the count.
/// </summary>
internal sealed class Exposition
{
    private readonly Dictionary<string, Family> _families = [];
    private string? _help;
    private string? _helpOf;
    private Family? _current;

    private Exposition()
    {
    }

    public IReadOnlyDictionary<string, Family> Families => _families;

    public static Exposition Parse(string text)
    {
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        var read = new Exposition();
        foreach (var line in text[..^1].Split('\n')) read.Take(line);
        foreach (var family in read._families.Values) Check(family);
        return read;
    }

    /// <summary>The one value of a name with these labels, or none.</summary>
    public double? Value(string name, params (string Label, string Value)[] labels) =>
        _families.Values.SelectMany(family => family.Samples)
            .SingleOrDefault(sample => sample.Name == name && labels.All(one => sample.Labels.GetValueOrDefault(one.Label) == one.Value))
            ?.Value;

    private void Take(string line)
    {
        Assert.DoesNotContain('\r', line);
        if (line.StartsWith("# HELP ", StringComparison.Ordinal))
        {
            var parts = line.Split(' ', 4);
            (_helpOf, _help) = (parts[2], parts[3]);
            AssertEscapes(_help, "\\n");
        }
        else if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
        {
            var parts = line.Split(' ');
            Assert.Equal(4, parts.Length);
            AssertName(parts[2], colons: true);
            Assert.Contains(parts[3], new[] { "counter", "gauge", "histogram" });
            _current = new Family(parts[2], parts[3], _helpOf == parts[2] ? _help : null, null, []);
            Assert.True(_families.TryAdd(parts[2], _current), $"{parts[2]} is there twice.");
        }
        else if (line.StartsWith("# UNIT ", StringComparison.Ordinal))
        {
            var parts = line.Split(' ');
            Assert.Equal(_current!.Name, parts[2]);
            Assert.Contains("_" + parts[3], parts[2], StringComparison.Ordinal);
            _current = _families[parts[2]] = _current with { Unit = parts[3] };
        }
        else
        {
            Add(Read(line));
        }
    }

    private void Add(Sample sample)
    {
        Assert.NotNull(_current);
        string[] suffixes = _current.Type == "histogram" ? ["_bucket", "_sum", "_count"] : [""];
        Assert.Contains(sample.Name, suffixes.Select(suffix => _current.Name + suffix));
        Assert.DoesNotContain(_current.Samples, other => other.Name == sample.Name
            && other.Labels.OrderBy(one => one.Key).SequenceEqual(sample.Labels.OrderBy(one => one.Key)));
        _current.Samples.Add(sample);
    }

    private static Sample Read(string line)
    {
        var end = line.IndexOfAny(['{', ' ']);
        Assert.True(end > 0, $"No sample: {line}");
        var name = line[..end];
        AssertName(name, colons: true);
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        if (line[end] == '{') end = ReadLabels(line, end + 1, labels);
        Assert.Equal(' ', line[end]);
        return new Sample(name, labels, NumberOf(line[(end + 1)..]));
    }

    private static int ReadLabels(string line, int at, Dictionary<string, string> labels)
    {
        while (true)
        {
            var equals = line.IndexOf('=', at);
            var label = line[at..equals];
            AssertName(label, colons: false);
            Assert.Equal('"', line[equals + 1]);
            var value = new System.Text.StringBuilder();
            for (at = equals + 2; line[at] != '"'; at++)
            {
                if (line[at] != '\\')
                {
                    value.Append(line[at]);
                    continue;
                }
                at++;
                Assert.Contains(line[at], "\\\"n");
                value.Append(line[at] == 'n' ? '\n' : line[at]);
            }
            Assert.True(labels.TryAdd(label, value.ToString()), $"{label} twice: {line}");
            at++;
            if (line[at] == '}') return at + 1;
            Assert.Equal(',', line[at]);
            at++;
        }
    }

    private static double NumberOf(string text) => text switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        "NaN" => double.NaN,
        _ => double.Parse(text, NumberStyles.Float & ~NumberStyles.AllowLeadingWhite & ~NumberStyles.AllowTrailingWhite,
            CultureInfo.InvariantCulture),
    };

    private static void AssertName(string name, bool colons)
    {
        Assert.NotEqual("", name);
        Assert.False(char.IsAsciiDigit(name[0]), name);
        Assert.All(name, c => Assert.True(char.IsAsciiLetterOrDigit(c) || c == '_' || (colons && c == ':'), name));
    }

    private static void AssertEscapes(string text, string allowed)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\') continue;
            i++;
            Assert.Contains(text[i], allowed);
        }
    }

    private static void Check(Family family)
    {
        Assert.NotEmpty(family.Samples);
        Assert.Equal(family.Type == "counter", family.Name.EndsWith("_total", StringComparison.Ordinal));
        if (family.Type == "counter") Assert.All(family.Samples, sample => Assert.True(sample.Value >= 0));
        if (family.Type != "histogram") return;
        foreach (var series in family.Samples.GroupBy(LabelsBesideLe)) CheckHistogram(family.Name, [.. series]);
    }

    private static void CheckHistogram(string name, List<Sample> samples)
    {
        var buckets = samples.Where(sample => sample.Name == name + "_bucket").ToList();
        var bounds = buckets.Select(bucket => NumberOf(bucket.Labels["le"])).ToList();
        Assert.Equal(bounds.Order(), bounds);
        Assert.Equal(bounds.Distinct(), bounds);
        Assert.Equal(double.PositiveInfinity, bounds[^1]);
        Assert.Equal(buckets.Select(bucket => bucket.Value).Order(), buckets.Select(bucket => bucket.Value));
        Assert.Equal(buckets[^1].Value, samples.Single(sample => sample.Name == name + "_count").Value);
        Assert.Single(samples, sample => sample.Name == name + "_sum");
    }

    private static string LabelsBesideLe(Sample sample) => string.Join(
        ',', sample.Labels.Where(label => label.Key != "le").OrderBy(label => label.Key).Select(label => $"{label.Key}={label.Value}"));
}
