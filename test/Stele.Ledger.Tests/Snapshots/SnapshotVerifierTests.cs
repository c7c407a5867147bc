using System.Security.Cryptography.X509Certificates;
using Stele.Ledger.Secrets;
using Stele.Ledger.Snapshots;

namespace Stele.Ledger.Tests.Snapshots;

/// <summary>Who vouches for a snapshot: files of real CCF services, whole and with single bits changed.</summary>
public sealed class SnapshotVerifierTests
{
    private const int Edge = 400;
    private const int Stride = 97;

    [Theory]
    [InlineData("ccf-ledgers/expired_service", "snapshot_61_62.committed", "4.62")]
    [InlineData("ccf-ledgers/sgx_service", "snapshot_138_139.committed", "8.139")]
    [InlineData("ccf-live/vec", "snapshot_7_8.committed", "2.8")]
    [InlineData("ccf-live/vec", "snapshot_43_44.committed", "2.44")]
    [InlineData("ccf-live/rec", "snapshot_55_56.committed", "4.56")]
    public void The_service_vouches_for_it(string service, string file, string evidence)
    {
        var snapshot = new RealSnapshot(service, file);
        using var certificate = Certificate(service);
        var secrets = snapshot.Secret is { } secret ? new LedgerSecrets(secret) : null;
        var verdict = new SnapshotVerifier(certificate, secrets).Verify(snapshot.File);
        var verified = Assert.IsType<SnapshotVerdict.Verified>(verdict);
        Assert.Equal(evidence, verified.Evidence.ToString());
        Assert.Equal(snapshot.Contents().Tables.Count, verified.Contents.Tables.Count);
        Assert.Equal(file, new SnapshotName(verified.Contents.SeqNo, verified.Evidence.SeqNo).ToString());
    }

    // The service of seqno 99 had another key than the one that recovered it later.
    [Theory]
    [InlineData("ccf-ledgers/sgx_service", "snapshot_99_100.committed", "ccf-ledgers/sgx_service")]
    [InlineData("ccf-live/vec", "snapshot_43_44.committed", "ccf-live/rec")]
    public void Another_service_does_not(string service, string file, string other)
    {
        using var certificate = Certificate(other);
        var refused = Assert.IsType<SnapshotVerdict.Refused>(
            new SnapshotVerifier(certificate, secrets: null).Verify(new RealSnapshot(service, file).File));
        Assert.Contains("do not lead to the service", refused.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void The_receipt_of_another_snapshot_does_not_do()
    {
        var older = new RealSnapshot("ccf-live/vec", "snapshot_7_8.committed");
        var newer = new RealSnapshot("ccf-live/vec", "snapshot_43_44.committed");
        byte[] mixed = [.. older.Entry, .. newer.File[newer.Entry.Length..]];
        using var certificate = Certificate("ccf-live/vec");
        Assert.IsType<SnapshotVerdict.Refused>(new SnapshotVerifier(certificate, secrets: null).Verify(mixed));
    }

    [Theory]
    [InlineData("ccf-ledgers/expired_service", "snapshot_61_62.committed")]
    [InlineData("ccf-live/vec", "snapshot_43_44.committed")]
    public void Every_changed_byte_is_refused(string service, string file)
    {
        using var certificate = Certificate(service);
        var verifier = new SnapshotVerifier(certificate, secrets: null);
        var snapshot = new RealSnapshot(service, file);
        var bytes = snapshot.File.ToArray();
        var accepted = new List<(int At, int Bit)>();
        foreach (var (at, bit) in Places(snapshot))
        {
            bytes[at] ^= (byte)(1 << bit);
            if (verifier.Verify(bytes) is SnapshotVerdict.Verified) accepted.Add((at, bit));
            bytes[at] ^= (byte)(1 << bit);
        }
        Assert.Equal("", string.Join(' ', accepted));
        Assert.IsType<SnapshotVerdict.Verified>(verifier.Verify(bytes));
    }

    [Theory]
    [InlineData("ccf-ledgers/expired_service", "snapshot_61_62.committed")]
    public void Every_shorter_file_is_refused(string service, string file)
    {
        using var certificate = Certificate(service);
        var verifier = new SnapshotVerifier(certificate, secrets: null);
        var snapshot = new RealSnapshot(service, file);
        for (var size = 0; size < snapshot.File.Length; size += size >= Edge && size < snapshot.Entry.Length - Edge ? Stride : 1)
            Assert.IsType<SnapshotVerdict.Refused>(verifier.Verify(snapshot.File.AsMemory(0, size)));
    }

    // Two bits of each byte of the receipt (bit 5 is a letter's case), and one of each at the entry's edges and of a part
    // of the rest, which one digest covers.
    private static IEnumerable<(int At, int Bit)> Places(RealSnapshot snapshot)
    {
        var end = snapshot.Entry.Length;
        for (var at = 0; at < end; at += at < Edge || at >= end - Edge ? 1 : Stride) yield return (at, at % 8);
        for (var at = end; at < snapshot.File.Length; at++)
            foreach (var bit in new[] { 5, at % 5 }) yield return (at, bit);
    }

    private static X509Certificate2 Certificate(string service) =>
        X509CertificateLoader.LoadCertificateFromFile(SharedVectors.Require($"vectors/{service}/service_cert.pem"));
}
