using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Stele.Attestation.Tests;

/// <summary>The commands by which docs/attestation.md teaches an auditor do what it says.</summary>
public sealed partial class ByHandTests
{
    [Fact]
    public async Task A_report_of_SNP()
    {
        var output = await FollowAsync("## An SNP report by hand", "snp-milan-v3-aci");
        Assert.Contains("69:D0:63:B4:53:44:D2:6A", output, StringComparison.Ordinal);
        Assert.Contains("vek.pem: OK", output, StringComparison.Ordinal);
        Assert.Contains("Verified OK", output, StringComparison.Ordinal);
        const string HostData = "4f4448c67f3c8dfc8de8a5e37125d807dadcc41f06cf23f615dbd52eec777d10";
        Assert.Contains("host data     " + HostData, output, StringComparison.Ordinal);
        Assert.Contains(HostData + "  cce-policy.rego", output, StringComparison.Ordinal);
        var chip = Line().Match(output).Groups["chip"].Value;
        Assert.Contains("[HEX DUMP]:" + chip.ToUpperInvariant(), output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_quote_of_TDX()
    {
        var output = await FollowAsync("## A TDX quote by hand", "tdx-v4-uptodate");
        Assert.Contains("a0af031289f5d5d4132f9186068a7fc13628633ba235777472e29b6b6c67a49e", output, StringComparison.Ordinal);
        Assert.Contains("pck-01: OK", output, StringComparison.Ordinal);
        Assert.Contains("tcb-01: OK", output, StringComparison.Ordinal);
        Assert.Equal(3, Regex.Count(output, "Verified OK"));
        Assert.Equal(2, Regex.Count(output, "c936492a774946af9b588f6b3bd8beddc5957d1761ded2c0bb61d7b64de5b324"));
        Assert.Contains("attributes    0000001000000000", output, StringComparison.Ordinal);
    }

    /// <summary>Runs all commands of a section in a copy of a vector's folder; expects that none fails.</summary>
    private static async Task<string> FollowAsync(string title, string vector)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/openssl"), "There is no openssl.");
        var document = await File.ReadAllTextAsync(
            Path.Combine(Repository.Root, "docs/attestation.md"), TestContext.Current.CancellationToken);
        var section = document.Split(title)[1].Split("\n## ")[0];
        var commands = string.Join('\n', Block().Matches(section).Select(match => match.Groups["commands"].Value));
        var folder = Directory.CreateTempSubdirectory("stele-test-");
        try
        {
            foreach (var file in Directory.EnumerateFiles(Vector.Open(vector).Path))
                File.Copy(file, Path.Combine(folder.FullName, Path.GetFileName(file)));
            var bash = new ProcessStartInfo("/bin/bash", ["-c", "set -eu\n" + commands]) { WorkingDirectory = folder.FullName };
            return (await Finished.RunAsync(bash)).Ok().Output;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [GeneratedRegex("```sh\n(?<commands>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("^chip id +(?<chip>[0-9a-f]{128})$", RegexOptions.Multiline)]
    private static partial Regex Line();
}
