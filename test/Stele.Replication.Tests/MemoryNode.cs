using Stele.Cryptography.Certificates;
using Stele.Cryptography.Keys;
using Stele.Cryptography.Merkle;
using Stele.Cryptography.Sealing;
using Stele.Ledger.Collections;
using Stele.Ledger.Proofs;
using Stele.Ledger.Recovery;
using Stele.Ledger.Secrets;
using Stele.Replication.Log;
using Stele.Replication.Sequencing;
using Stele.Replication.Signing;

namespace Stele.Replication.Tests;

/// <summary>A sequencer on a log of the test's own, behind nothing.</summary>
internal sealed class MemoryNode : IAsyncDisposable
{
    private readonly SigningKey _serviceKey = SigningKey.Generate();
    private readonly SigningKey _nodeKey = SigningKey.Generate();
    private readonly LedgerSecret _secret = LedgerSecret.Generate();

    private readonly string _index = Directory.CreateTempSubdirectory("stele-test-").FullName;

    public MemoryNode(ILedgerLog log, SequencerOptions? options = null)
    {
        var time = TimeProvider.System;
        var secrets = new SecretKeeper(_secret);
        State = new LedgerState(
            ProofIndex.Open(_index, SeqNo.None, SeqNo.None), CollectionIndex.Open(Path.Combine(_index, "collections"), secrets), secrets);
        var certificate = CertificateAuthority.Create(_nodeKey, "CCF Node", time.GetUtcNow(), TimeSpan.FromDays(1)).ExportCertificatePem();
        var signer = new RootSigner(
            _nodeKey, () => certificate, _serviceKey, "test", "memory", time);
        Sequencer = new Sequencer(
            log, State, new MerkleTree(), new CommitSignal(default), default, signer, secrets,
            options ?? new SequencerOptions(), time);
    }

    public LedgerState State { get; }

    public Sequencer Sequencer { get; }

    public async ValueTask DisposeAsync()
    {
        await Sequencer.DisposeAsync();
        await State.FlushAsync();
        State.Dispose();
        Directory.Delete(_index, recursive: true);
        _serviceKey.Dispose();
        _nodeKey.Dispose();
        _secret.Dispose();
    }
}
