using System.Diagnostics;

namespace Stele.Tests;

/// <summary>Starts programs by way of others.</summary>
internal static class StartWithin
{
    /// <summary>The same, started by a program that becomes it, as <c>nsenter</c> does; nothing else where there is none.</summary>
    public static ProcessStartInfo Within(this ProcessStartInfo start, IReadOnlyList<string> enter)
    {
        if (enter.Count == 0) return start;
        string[] arguments = [.. enter.Skip(1), start.FileName, .. start.ArgumentList];
        start.FileName = enter[0];
        start.ArgumentList.Clear();
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        return start;
    }
}
