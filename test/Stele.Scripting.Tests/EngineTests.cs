using System.Security.Cryptography;

namespace Stele.Scripting.Tests;

/// <summary>The engine that is kept here is the one that its script fetches.</summary>
public sealed class EngineTests
{
    [Fact]
    public void It_is_the_one_that_was_published()
    {
        var script = File.ReadAllText(Path.Combine(Repository.Root, "eng", "fetch-quickjs.sh"));
        var kept = File.ReadAllBytes(Path.Combine(Repository.Root, "src", "Stele.Scripting", "QuickJs", "quickjs.wasm"));
        Assert.Contains($"digest={Convert.ToHexStringLower(SHA256.HashData(kept))}", script, StringComparison.Ordinal);
    }
}
