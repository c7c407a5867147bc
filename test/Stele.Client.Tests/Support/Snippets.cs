using System.Text.RegularExpressions;

namespace Stele.Client.Tests.Support;

/// <summary>Regions named <c>Snippet:NAME</c> in sources, and the blocks of a document that show them.</summary>
internal static partial class Snippets
{
    /// <summary>The regions of a folder's sources by their names, without their indentation.</summary>
    public static IReadOnlyDictionary<string, string> In(string folder) => Directory.GetFiles(folder, "*.cs")
        .SelectMany(file => Region().Matches(File.ReadAllText(file).ReplaceLineEndings("\n")))
        .ToDictionary(region => region.Groups["name"].Value, region => WithoutIndent(region.Groups["code"].Value));

    /// <summary>A document with each of its blocks as the samples have it.</summary>
    public static string Fill(string document, IReadOnlyDictionary<string, string> snippets, out int count)
    {
        var blocks = 0;
        var filled = Block().Replace(document, block =>
        {
            blocks++;
            return $"{block.Groups["open"].Value}{snippets[block.Groups["name"].Value]}```";
        });
        count = blocks;
        return filled;
    }

    private static string WithoutIndent(string code)
    {
        var lines = code.TrimEnd().Split('\n');
        var indent = lines.Where(line => line.Trim().Length > 0).Min(line => line.Length - line.TrimStart().Length);
        return string.Concat(lines.Select(line => (line.Length > indent ? line[indent..] : "") + "\n"));
    }

    [GeneratedRegex(@"#region Snippet:(?<name>\w+)\n(?<code>.*?)\n\s*#endregion", RegexOptions.Singleline)]
    private static partial Regex Region();

    [GeneratedRegex(@"(?<open>```C# Snippet:(?<name>\w+)\n).*?```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
