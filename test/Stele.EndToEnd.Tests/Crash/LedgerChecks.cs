using System.Security.Cryptography.X509Certificates;
using System.Text;
using Stele.Ledger.Audit;
using Stele.Receipts;

namespace Stele.EndToEnd.Tests.Crash;

/// <summary>What must hold of a ledger after anything.</summary>
internal static class LedgerChecks
{
    /// <summary>The directory audits clean, without any secret.</summary>
    public static async Task AuditsCleanAsync(string directory)
    {
        var report = await LedgerAuditor.AuditAsync(directory, new AuditOptions(), CancellationToken.None);
        Assert.IsType<AuditReport.Verified>(report);
    }

    /// <summary>A receipt that was given out verifies offline, whatever has become of the node since.</summary>
    public static void ReceiptVerifies(string answer, string data)
    {
        using var service = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(data, "service_cert.pem"));
        var proven = ReceiptJson.Read(Encoding.UTF8.GetBytes(answer));
        var verdict = ReceiptVerifier.Verify(proven.Receipt, service, proven.Claims);
        Assert.True(verdict.IsVerified, verdict.ToString());
    }
}
