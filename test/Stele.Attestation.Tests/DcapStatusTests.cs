using System.Text;
using Stele.Attestation.Dcap;

namespace Stele.Attestation.Tests;

/// <summary>How the statuses of a platform's parts become one (Intel, Quote Verification Library).</summary>
public sealed class DcapStatusTests
{
    [Theory]
    [InlineData("UpToDate", "UpToDate", "UpToDate")]
    [InlineData("UpToDate", "OutOfDate", "OutOfDate")]
    [InlineData("SWHardeningNeeded", "OutOfDate", "OutOfDate")]
    [InlineData("ConfigurationNeeded", "OutOfDate", "OutOfDateConfigurationNeeded")]
    [InlineData("ConfigurationAndSWHardeningNeeded", "OutOfDate", "OutOfDateConfigurationNeeded")]
    [InlineData("OutOfDate", "OutOfDate", "OutOfDate")]
    [InlineData("OutOfDateConfigurationNeeded", "OutOfDate", "OutOfDateConfigurationNeeded")]
    [InlineData("OutOfDate", "UpToDate", "OutOfDate")]
    [InlineData("ConfigurationNeeded", "UpToDate", "ConfigurationNeeded")]
    [InlineData("Revoked", "UpToDate", "Revoked")]
    [InlineData("UpToDate", "Revoked", "Revoked")]
    public void A_part_makes_the_platform_worse(string platform, string part, string expected) =>
        Assert.Equal(expected, TcbStatuses.Parse(platform).With(TcbStatuses.Parse(part)).ToString());

    [Theory]
    [InlineData("TDRelaunchAdvised")]
    [InlineData("0")]
    [InlineData("uptodate")]
    [InlineData("")]
    public void Only_Intels_words_are_read(string text) => Assert.Throws<FormatException>(() => TcbStatuses.Parse(text));

    [Theory]
    [InlineData("UpToDate", "UpToDate", "TDRelaunchAdvised")]
    [InlineData("SWHardeningNeeded", "UpToDate", "TDRelaunchAdvised")]
    [InlineData("ConfigurationNeeded", "UpToDate", "TDRelaunchAdvisedConfigurationNeeded")]
    [InlineData("Revoked", "UpToDate", "Revoked")]
    [InlineData("UpToDate", "OutOfDate", "OutOfDate")]
    [InlineData("UpToDate", "Revoked", "Revoked")]
    public void A_new_launch_is_advised_where_nothing_else_is_wrong(string platform, string quotingEnclave, string expected)
    {
        var vector = Vector.Open("dcap-td-relaunch-advised");
        var quote = Quote.Read(vector.Read("quote.bin"));
        // The first level of the platform stands behind those of its modules.
        var info = TcbInfo.Read(Changed(vector.Read("tcbinfo.json")!, "\"pcesvn\":13", platform));
        var identity = QeIdentity.Read(Changed(vector.Read("qeidentity.json")!, "\"tcbLevels\"", quotingEnclave));
        var evaluation = TcbEvaluation.Of(quote, PckPlatform.Read(quote.Signature.Chain[0]), info, identity);
        Assert.Equal(expected, evaluation.Status.ToString());
    }

    // The first status behind a mark is another.
    private static byte[] Changed(byte[] json, string mark, string status)
    {
        const string name = "\"tcbStatus\":\"";
        var text = Encoding.UTF8.GetString(json);
        var from = text.IndexOf(name, text.IndexOf(mark, StringComparison.Ordinal), StringComparison.Ordinal) + name.Length;
        return Encoding.UTF8.GetBytes(text[..from] + status + text[text.IndexOf('"', from)..]);
    }
}
