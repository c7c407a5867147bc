using System.Text;
using System.Text.Json;
using Stele.Cryptography;
using Stele.Ledger.Audit;
using Stele.Ledger.Secrets;
using Stele.Ledger.Signatures;

namespace Stele.Ledger.Tests.Vectors;

/// <summary>Ledgers of real CCF services of several versions, audited whole.</summary>
public sealed class RealLedgerTests
{
    [Theory]
    [InlineData("ccf-ledgers/acme_containing_service", 22, 8, "2.22")]
    [InlineData("ccf-ledgers/cose_flipflop_service", 46, 23, "2.46")]
    [InlineData("ccf-ledgers/expired_service", 74, 26, "4.74")]
    [InlineData("ccf-ledgers/sgx_service", 153, 54, "8.153")]
    [InlineData("ccf-live/vec", 47, 11, "2.47")]
    [InlineData("ccf-live/rec", 61, 17, "4.61")]
    public async Task The_auditor_accepts_it_whole(string service, long entries, long signatures, string lastSigned)
    {
        var directory = SharedVectors.Require($"vectors/{service}/ledger");
        var report = await LedgerAuditor.AuditAsync(directory, new AuditOptions(), TestContext.Current.CancellationToken);
        var verified = Assert.IsType<AuditReport.Verified>(report);
        Assert.Equal((entries, signatures, lastSigned), (verified.Entries, verified.Signatures, verified.LastSigned.ToString()));
        Assert.Equal(0, verified.Uncovered);
        var certificate = await File.ReadAllTextAsync(
            SharedVectors.Require($"vectors/{service}/service_cert.pem"), TestContext.Current.CancellationToken);
        Assert.Equal(Normal(certificate), Normal(verified.ServiceCertificate!));
    }

    // The figures that CCF's own verifier gives: it reads closed files, and leaves out a last one that is still open.
    [Theory]
    [InlineData("acme_containing_service", 7, "2.20")]
    [InlineData("cose_flipflop_service", 23, "2.46")]
    [InlineData("expired_service", 21, "4.61")]
    [InlineData("sgx_service", 47, "8.138")]
    public async Task Of_its_closed_files_as_many_signatures_verify_as_by_ccfs_verifier(
        string service, long signatures, string lastSigned)
    {
        using var closed = new ClosedFiles(SharedVectors.Require($"vectors/ccf-ledgers/{service}/ledger"));
        var report = await LedgerAuditor.AuditAsync(closed.Directory, new AuditOptions(), TestContext.Current.CancellationToken);
        var verified = Assert.IsType<AuditReport.Verified>(report);
        Assert.Equal((signatures, lastSigned), (verified.Signatures, verified.LastSigned.ToString()));
    }

    [Theory]
    [InlineData("vec", 47)]
    [InlineData("rec", 61)]
    public void With_its_secrets_every_entry_opens_and_every_commit_evidence_is_recomputed(string service, int count)
    {
        var secrets = RealLedger.Secrets(service);
        var opened = 0;
        foreach (var entry in RealLedger.Entries(SharedVectors.Require($"vectors/ccf-live/{service}/ledger")))
        {
            var secret = secrets.For(entry.Id.SeqNo)!;
            Assert.True(entry.TryOpen(secret, out _), $"{entry.Id} does not open");
            Assert.Equal(entry.CommitEvidenceDigest, Digest.Of(Encoding.ASCII.GetBytes(secret.CommitEvidence(entry.Id))));
            opened++;
        }
        Assert.Equal(count, opened);
    }

    [Theory]
    [InlineData("vec")]
    [InlineData("rec")]
    public async Task The_auditor_checks_seals_too_where_it_has_the_secrets(string service)
    {
        var directory = SharedVectors.Require($"vectors/ccf-live/{service}/ledger");
        var right = new AuditOptions { Secrets = RealLedger.Secrets(service) };
        Assert.IsType<AuditReport.Verified>(await LedgerAuditor.AuditAsync(directory, right, TestContext.Current.CancellationToken));
        var wrong = new AuditOptions { Secrets = new LedgerSecrets(Cryptography.Sealing.LedgerSecret.Generate()) };
        var failed = Assert.IsType<AuditReport.Failed>(
            await LedgerAuditor.AuditAsync(directory, wrong, TestContext.Current.CancellationToken));
        Assert.Equal(SeqNo.First, failed.SeqNo);
    }

    [Theory]
    [InlineData("vec", "2.10")]
    [InlineData("vec", "2.11")]
    [InlineData("vec", "2.23")]
    [InlineData("vec", "2.30")]
    [InlineData("vec", "2.39")]
    [InlineData("vec", "2.46")]
    [InlineData("rec", "2.30")]
    [InlineData("rec", "2.46")]
    [InlineData("rec", "4.58")]
    public void The_ledger_gives_the_receipt_that_its_service_gave(string service, string id)
    {
        var entries = RealLedger.Entries(SharedVectors.Require($"vectors/ccf-live/{service}/ledger")).ToList();
        var entry = entries.Single(e => e.Id.ToString() == id);
        using var json = JsonDocument.Parse(File.ReadAllBytes(SharedVectors.Require($"vectors/ccf-live/{service}/receipts/{id}.json")));
        var receipt = json.RootElement;
        var components = receipt.GetProperty("leaf_components");
        Assert.Equal(components.GetProperty("write_set_digest").GetString(), entry.WriteSetDigest.ToHex());
        Assert.Equal(components.GetProperty("claims_digest").GetString(), entry.ClaimsDigest.ToHex());
        var secret = RealLedger.Secrets(service).For(entry.Id.SeqNo)!;
        Assert.Equal(components.GetProperty("commit_evidence").GetString(), secret.CommitEvidence(entry.Id));

        var next = entries.SkipWhile(e => e.Id != entry.Id).Skip(1).First(SignatureRecord.IsSignature);
        Assert.True(SignatureRecord.TryRead(next, out var signature));
        var proof = signature.Tree().Prove(entry.Id.SeqNo.Value);
        var expected = receipt.GetProperty("proof").EnumerateArray().Select(step => step.EnumerateObject().Single()).ToList();
        Assert.Equal(expected.Select(step => step.Value.GetString()), proof.Steps.Select(step => step.Sibling.ToHex()));
        Assert.Equal(expected.Select(step => step.Name == "left"), proof.Steps.Select(step => step.SiblingIsLeft));
        Assert.Equal(signature.Node!.Root, proof.RootFor(entry.Leaf));
    }

    private static string Normal(string pem) => pem.ReplaceLineEndings("\n").Trim();
}
