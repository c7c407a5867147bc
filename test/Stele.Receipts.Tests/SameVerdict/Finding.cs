using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;

namespace Stele.Receipts.Tests.SameVerdict;

/// <summary>What a verifier found: the verdict, the names of the steps up to the one that failed, and what is proven.</summary>
/// <param name="Verified">Whether all steps passed.</param>
/// <param name="Steps">Their names.</param>
/// <param name="Proven">The transaction and each of its entries, collection and contents, as JSON; empty where a step failed.</param>
internal sealed record Finding(bool Verified, string Steps, string Proven = "")
{
    private static readonly string[] OfCertificates = ["node certificate", "service endorsement", "service certificate"];

    /// <summary>The last step, which is the one that failed where one did.</summary>
    public string Last => Steps[(Steps.LastIndexOf('|') + 1)..];

    /// <summary>
    /// Whether two found the same. Where a certificate is damaged, some see it when they read it and some at its signature.
    /// </summary>
    public bool IsSame(Finding other) =>
        this == other || (!Verified && !other.Verified && OfCertificates.Contains(Last) && OfCertificates.Contains(other.Last));

    /// <summary>What the library finds, put together as a program does that reads both files.</summary>
    public static Finding OfLibrary(string receipt, string service)
    {
        try
        {
            var document = ReceiptJson.Read(Encoding.UTF8.GetBytes(receipt));
            using var certificate = X509Certificate2.CreateFromPem(service);
            var verdict = ReceiptVerifier.Verify(document.Receipt, certificate, document.Claims);
            var steps = string.Join('|', verdict.Steps.Select(step => step.Name));
            if (!verdict.IsVerified) return new Finding(false, steps);
            var entries = document.Entries.Select(entry => (entry.Collection.Value, entry.Contents));
            return new Finding(true, steps, Text(document.Receipt.Leaf.CommitEvidence.Split(':')[1], entries));
        }
        catch (FormatException)
        {
            return new Finding(false, "format");
        }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException)
        {
            return new Finding(false, "service certificate");
        }
    }

    /// <summary>Reads the line that a script answers with; every step but the last of a failure has passed.</summary>
    public static Finding Read(string line)
    {
        using var json = JsonDocument.Parse(line);
        var verified = json.RootElement.GetProperty("verified").GetBoolean();
        var steps = json.RootElement.GetProperty("steps").EnumerateArray().ToList();
        Assert.All(steps.SkipLast(1), step => Assert.True(step.GetProperty("passed").GetBoolean()));
        Assert.Equal(verified, steps[^1].GetProperty("passed").GetBoolean());
        var entries = json.RootElement.GetProperty("entries").EnumerateArray()
            .Select(entry => (entry.GetProperty("collectionId").GetString()!, entry.GetProperty("contents").GetString()!)).ToList();
        if (!verified) Assert.Empty(entries);
        var proven = verified ? Text(json.RootElement.GetProperty("transactionId").GetString()!, entries) : "";
        return new Finding(verified, string.Join('|', steps.Select(step => step.GetProperty("name").GetString())), proven);
    }

    private static string Text(string transaction, IEnumerable<(string Collection, string Contents)> entries) =>
        JsonSerializer.Serialize(new[] { transaction }.Concat(entries.SelectMany(entry => new[] { entry.Collection, entry.Contents })));
}
