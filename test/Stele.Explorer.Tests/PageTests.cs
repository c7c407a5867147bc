using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;

namespace Stele.Explorer.Tests;

/// <summary>What stands in the page's files, and what must not.</summary>
public sealed partial class PageTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "src", "Stele.Explorer", "Page");

    private static IEnumerable<string> Files(string pattern) => Directory.EnumerateFiles(Folder, pattern, SearchOption.AllDirectories);

    [Fact]
    public void Every_file_is_served()
    {
        foreach (var file in Files("*"))
            Assert.NotNull(ExplorerFiles.Find(Path.GetRelativePath(Folder, file)));
    }

    [Fact]
    public void Nothing_is_made_from_text_that_is_read_as_markup_or_script()
    {
        foreach (var file in Files("*.js")) Assert.DoesNotMatch(Markup(), File.ReadAllText(file));
        foreach (var file in Files("*.html")) Assert.DoesNotMatch(Inline(), File.ReadAllText(file));
    }

    [Fact]
    public void Nothing_is_loaded_from_elsewhere()
    {
        foreach (var file in Files("*"))
        {
            var addresses = Address().Matches(File.ReadAllText(file)).Select(match => match.Value);
            Assert.All(addresses, address => Assert.Equal("http://www.w3.org/2000/svg", address));
        }
    }

    [Fact]
    public void Modules_import_what_there_is()
    {
        foreach (var file in Files("*.js"))
        {
            foreach (Match import in Import().Matches(File.ReadAllText(file)))
                Assert.True(File.Exists(Path.Combine(Path.GetDirectoryName(file)!, import.Groups[1].Value)), $"{file}: {import.Value}");
        }
    }

    [Fact]
    public async Task Parts_do_what_they_say_without_a_browser()
    {
        Requirement.Met(File.Exists("/usr/bin/node"), "Debian's package nodejs is not installed.");
        var script = Path.Combine(Repository.Root, "test", "Stele.Explorer.Tests", "parts.mjs");
        var certificates = Directory.CreateTempSubdirectory("explorer-");
        try
        {
            string[] files = [Certificate(certificates, "good"), Certificate(certificates, "other")];
            var run = await Finished.RunAsync(new ProcessStartInfo("/usr/bin/node", [script, Folder, .. files]));
            Assert.True(run.ExitCode == 0 && run.Lines is [.., "ok"], run.ToString());
        }
        finally
        {
            certificates.Delete(recursive: true);
        }
    }

    /// <summary>A file with a certificate.</summary>
    private static string Certificate(DirectoryInfo directory, string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var from = TimeProvider.System.GetUtcNow();
        using var certificate = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA384).CreateSelfSigned(from, from.AddDays(1));
        var file = Path.Combine(directory.FullName, $"{name}.pem");
        File.WriteAllText(file, certificate.ExportCertificatePem());
        return file;
    }

    [GeneratedRegex(@"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|DOMParser|srcdoc|createContextual")]
    private static partial Regex Markup();

    [GeneratedRegex(@"<style|<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=|javascript:", RegexOptions.IgnoreCase)]
    private static partial Regex Inline();

    [GeneratedRegex(@"https?://[^\s'""`)<>]+")]
    private static partial Regex Address();

    [GeneratedRegex(@"from '(\.[^']+)'")]
    private static partial Regex Import();
}
