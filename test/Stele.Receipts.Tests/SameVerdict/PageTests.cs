namespace Stele.Receipts.Tests.SameVerdict;

/// <summary>The self-contained page carries the module that the other tests try, not another.</summary>
public sealed class PageTests
{
    [Fact]
    public void It_carries_the_module_itself()
    {
        var page = File.ReadAllText(Path.Combine(Verifiers.Documents, "receipt.html"));
        var module = File.ReadAllText(Verifiers.Module);
        Assert.True(
            page.Contains($"\n// receipt.js begins\n{module}// receipt.js ends\n", StringComparison.Ordinal),
            "docs/verify/receipt.html carries another receipt.js: run eng/inline-receipt.sh.");
        Assert.DoesNotContain("</script", module, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("http", page.Replace("http-equiv", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }
}
