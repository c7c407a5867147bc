using Stele.Ledger.Snapshots;

namespace Stele.Ledger.Tests.Snapshots;

public sealed class SnapshotEvidenceTests
{
    [Theory]
    [InlineData("ccf-ledgers/expired_service", "snapshot_61_62.committed")]
    [InlineData("ccf-ledgers/sgx_service", "snapshot_138_139.committed")]
    [InlineData("ccf-live/vec", "snapshot_43_44.committed")]
    public void The_transaction_that_vouches_for_a_snapshot_is_that_of_a_real_service(string service, string file)
    {
        Assert.True(SnapshotName.TryParse(file, out var name));
        var snapshot = new RealSnapshot(service, file);
        var entry = snapshot.Ledger().Single(entry => entry.Id.SeqNo == name.Evidence);
        var evidence = SnapshotEvidence.Of(snapshot.Entry, name.SeqNo);
        Assert.Equal(entry.ClaimsDigest, evidence.Digest);
        var expected = Assert.Single(entry.PublicWrites.Tables);
        var written = Assert.Single(evidence.ToWrites().Tables);
        Assert.Equal(expected.Name, written.Name);
        Assert.Equal(Assert.Single(expected.Writes).Key.ToArray(), Assert.Single(written.Writes).Key.ToArray());
        Assert.Equal(expected.Writes[0].Value!.Value.ToArray(), written.Writes[0].Value!.Value.ToArray());
        Assert.Equal(entry.WriteSetDigest, SnapshotFile.Parse(snapshot.File).Receipt.WriteSetDigest);
    }
}
