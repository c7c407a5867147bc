using System.Text.RegularExpressions;

namespace Stele.Tidy.Tests;

/// <summary>Lines fit a screen, files have one subject, methods fit a page.</summary>
public sealed partial class SizeTests
{
    private const int LineMax = 140;
    private const int FileMax = 600;
    private const int MethodMax = 70;
    private static readonly string[] Code = [".cs", ".py", ".mjs", ".js", ".sh", ".props", ".csproj"];

    [Fact]
    public void No_line_is_longer_than_140() => SourceTree.None(
        from path in SourceTree.Files(Code)
        from line in SourceTree.Lines(path)
        where line.Text.Length > LineMax
        select $"{path}:{line.Number}: {line.Text.Length} characters");

    [Fact]
    public void No_file_is_longer_than_600_lines() => SourceTree.None(
        from path in SourceTree.Files(Code)
        let length = SourceTree.Lines(path).Count()
        where length > FileMax
        select $"{path}: {length} lines");

    [Fact]
    public void No_method_is_longer_than_70_lines() => SourceTree.None(
        from path in SourceTree.Files(".cs")
        from block in Blocks(SourceTree.Lines(path).Select(line => line.Text).ToArray())
        where block.Length > MethodMax
        select $"{path}:{block.Line}: {block.Length} lines");

    [Fact]
    public void The_measure_of_methods_sees_a_long_one()
    {
        var body = Enumerable.Repeat("        Work();", 80);
        string[] source = ["class Type", "{", "    void Method()", "    {", .. body, "    }", "}"];
        Assert.Equal([(3, 83)], Blocks(source));
    }

    /// <summary>Where each block that is no type's has its header, and how many lines it has from there on.</summary>
    private static IEnumerable<(int Line, int Length)> Blocks(string[] lines)
    {
        for (var open = 1; open < lines.Length; open++)
        {
            if (lines[open].TrimStart() != "{")
                continue;
            var header = Header(lines, open);
            if (TypeKeyword().IsMatch(string.Join(' ', lines[header..open])))
                continue;
            var end = lines[open].Replace('{', '}');
            var close = Array.FindIndex(lines, open, line => line.StartsWith(end, StringComparison.Ordinal));
            if (close > 0)
                yield return (header + 1, close - header + 1);
        }
    }

    private static int Header(string[] lines, int open)
    {
        var header = open - 1;
        while (header > 0 && !Ends(lines[header - 1].Trim()))
            header--;
        return header;
    }

    private static bool Ends(string line) =>
        line.Length == 0 || line[^1] is ';' or '{' or '}' or ']' || line.StartsWith("//", StringComparison.Ordinal);

    [GeneratedRegex(@"\b(class|struct|record|interface|enum|namespace|extension)\b")]
    private static partial Regex TypeKeyword();
}
