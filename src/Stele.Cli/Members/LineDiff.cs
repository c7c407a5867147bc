namespace Stele.Cli.Members;

/// <summary>What is different between two texts, as a unified diff shows it.</summary>
internal static class LineDiff
{
    private const int Context = 3;
    private const long CellsMax = 16_000_000;

    /// <summary>The lines that were removed (-) and added (+), with some around them.</summary>
    public static IEnumerable<string> Of(string[] before, string[] after)
    {
        var lines = Compare(before, after);
        var isShown = new bool[lines.Count];
        for (var i = 0; i < lines.Count; i++)
        {
            if (lines[i][0] == ' ') continue;
            for (var j = Math.Max(0, i - Context); j <= Math.Min(lines.Count - 1, i + Context); j++) isShown[j] = true;
        }
        for (var i = 0; i < lines.Count; i++)
        {
            if (isShown[i]) yield return lines[i];
            else if (i > 0 && isShown[i - 1]) yield return "  …";
        }
    }

    private static List<string> Compare(string[] before, string[] after)
    {
        var head = before.Zip(after).TakeWhile(pair => pair.First == pair.Second).Count();
        var tail = before[head..].Reverse().Zip(after[head..].Reverse()).TakeWhile(pair => pair.First == pair.Second).Count();
        return
        [
            .. before[..head].Select(line => $"  {line}"),
            .. Middle(before[head..^tail], after[head..^tail]),
            .. before[^tail..].Select(line => $"  {line}"),
        ];
    }

    // The longest common subsequence; where that would take too long, all of it is new.
    private static IEnumerable<string> Middle(string[] before, string[] after)
    {
        var (i, j) = (0, 0);
        if ((long)before.Length * after.Length <= CellsMax)
        {
            var common = CommonLengths(before, after);
            while (i < before.Length && j < after.Length)
            {
                if (before[i] == after[j])
                {
                    yield return $"  {before[i++]}";
                    j++;
                }
                else if (common[i + 1, j] >= common[i, j + 1]) yield return $"- {before[i++]}";
                else yield return $"+ {after[j++]}";
            }
        }
        while (i < before.Length) yield return $"- {before[i++]}";
        while (j < after.Length) yield return $"+ {after[j++]}";
    }

    private static int[,] CommonLengths(string[] before, string[] after)
    {
        var common = new int[before.Length + 1, after.Length + 1];
        for (var i = before.Length - 1; i >= 0; i--)
        {
            for (var j = after.Length - 1; j >= 0; j--)
                common[i, j] = before[i] == after[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
        }
        return common;
    }
}
