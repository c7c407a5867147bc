using System.Security.Cryptography.X509Certificates;
using Azure;
using Stele.Client.Tests.Support;
using Stele.Receipts;

namespace Stele.Client.Tests.Samples;

/// <summary>The snippet of the README of Stele.Receipts.</summary>
public sealed class ReceiptSamples(Scene scene)
{
    [Fact]
    public async Task A_receipt_is_verified_in_ten_lines()
    {
        var cancel = TestContext.Current.CancellationToken;
        var id = (await scene.Client.PostEntryAsync(WaitUntil.Completed, "Proven.", cancellationToken: cancel)).Value;
        var receipt = (await scene.Client.GetReceiptAsync(id, cancel)).GetRawResponse().Content.ToString();
        var (genuine, forged, stripped) = (Path.GetTempFileName(), Path.GetTempFileName(), Path.GetTempFileName());
        await File.WriteAllTextAsync(genuine, receipt, cancel);
        await File.WriteAllTextAsync(forged, receipt.Replace("Proven.", "Forged.", StringComparison.Ordinal), cancel);
        await File.WriteAllTextAsync(stripped, receipt.Replace("applicationClaims", "more", StringComparison.Ordinal), cancel);
        Assert.True(Verify(genuine, scene.PathOf("service_cert.pem")));
        Assert.False(Verify(forged, scene.PathOf("service_cert.pem")));
        Assert.False(Verify(stripped, scene.PathOf("service_cert.pem")));
        File.Delete(stripped);
        File.Delete(genuine);
        File.Delete(forged);
    }

    #region Snippet:VerifyReceipt
    private static bool Verify(string receiptFile, string serviceCertificateFile)
    {
        using var service = X509CertificateLoader.LoadCertificateFromFile(serviceCertificateFile);
        var document = ReceiptJson.Read(File.ReadAllBytes(receiptFile));
        var verdict = ReceiptVerifier.Verify(document.Receipt, service, document.Claims);
        foreach (var step in verdict.Steps) Console.WriteLine($"{(step.Passed ? "ok" : "FAILED")} {step.Name}: {step.Detail}");
        if (!verdict.IsVerified || document.Claims is not [ApplicationClaim.LedgerEntry entry]) return false;

        // Proven is what the claim says, and nothing else that stands in the file.
        Console.WriteLine($"proven: collection {entry.Collection} holds {entry.Contents}");
        return true;
    }
    #endregion
}
