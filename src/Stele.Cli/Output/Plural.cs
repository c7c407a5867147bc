using System.Globalization;

namespace Stele.Cli.Output;

/// <summary>Numbers of things, in words.</summary>
internal static class Plural
{
    /// <summary>A number and what it counts: <c>1 file</c>, <c>2 files</c>.</summary>
    public static string Of(long count, string one, string? many = null) =>
        $"{count.ToString(CultureInfo.InvariantCulture)} {(count == 1 ? one : many ?? one + "s")}";
}
