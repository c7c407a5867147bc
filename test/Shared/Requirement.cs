namespace Stele.Tests;

/// <summary>What a test needs of its surroundings.</summary>
internal static class Requirement
{
    /// <summary>Skips the test where something it needs is missing; fails it under CI, where all is there.</summary>
    public static void Met(bool met, string otherwise)
    {
        if (met)
            return;
        if (Environment.GetEnvironmentVariable("CI") == "true")
            Assert.Fail(otherwise);
        Assert.Skip(otherwise);
    }
}
