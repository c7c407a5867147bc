using System.Security.Cryptography.X509Certificates;
using Stele.Cryptography.Cose;
using Stele.Governance.Constitution;
using Stele.Governance.Nodes;
using Stele.Governance.Recovery;
using Stele.Governance.Service;
using Stele.Ledger.Entries;
using Stele.Ledger.Signatures;
using Stele.Ledger.Transactions;
using Stele.Replication;
using Stele.Replication.Network;
using Stele.Server.Attestation;
using Stele.Server.Home;
using Stele.Server.Hosting;

namespace Stele.Server.Application;

/// <summary>
/// What stands in a ledger before it takes requests: its service, open. One node founds it; one that joined waits until it has
/// got it.
/// </summary>
internal sealed class LedgerBeginning(
    LedgerNode node, LedgerHome home, NodeEvidence evidence, LedgerHostOptions options, Action<string> tells, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// Refuses to open a ledger among others that its members have not brought back yet: what a network is built on, the ledger's
    /// first secret, is still theirs.
    /// </summary>
    /// <exception cref="LedgerHomeException">It is not recovered yet.</exception>
    public static void Check(LedgerHome home, LedgerHostOptions options)
    {
        if (options.Network is not null && home.RecoveredFrom is not null && home.LedgerSecrets.Known.For(SeqNo.First) is null)
        {
            throw new LedgerHomeException(
                $"The ledger in {home.Directory} is not recovered yet, and runs alone until it is: start it with `stele up --data "
                + $"{home.Directory}`, and have the members open it.");
        }
    }

    /// <summary>Founds the ledger, or waits until it is here.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        if (home.RecoveredFrom is not null) await RecoverAsync(cancel);
        while (ServiceTable.Status(node.Tables) is ServiceStatus.None or ServiceStatus.Opening)
        {
            if (node.Stopped is { } reason) throw new IOException(reason);
            if (home.JoinedBy is null && node.Role == NodeRole.Primary) await FoundAsync(cancel);
            else await Task.Delay(Pause, time, cancel);
        }
    }

    /// <summary>A certificate as tables hold it.</summary>
    public static string Pem(X509Certificate2 certificate) => certificate.ExportCertificatePem() + "\n";

    // The ledger is another service's until this transaction.
    private async Task RecoverAsync(CancellationToken cancel)
    {
        if (ServiceTable.Certificate(node.Tables) == Pem(home.ServiceCertificate)) return;
        var last = node.EntryBytes(node.Position.SeqNo) is { } bytes ? LedgerEntry.Parse(bytes) : null;
        if (last is null || !SignatureRecord.TryRead(last, out var signature) || signature.Node is not { } signed)
            throw new LedgerHomeException($"The ledger in {home.Directory} does not end on a signature, and cannot be recovered.");
        RefuseNoEvidence("recovered");
        // Nobody is there who could let this node in or not: whether it may have the ledger, the members say with their shares.
        if (new NewcomerEvidence(takesVirtual: true, options.Platform.Anchors, time).Refusal(evidence, node.Tables) is { } refusal)
            tells($"By its own join policy the ledger that is recovered would not let this node in. {refusal}");
        var itself = new NodeRecord(NodeStatus.Trusted, evidence, Address: null)
        {
            CertificateRequest = home.NodeCertificate.NewRequest(),
            EncryptionKey = home.EncryptionKey.PublicKeyPem,
        };
        await TrySubmitAsync(
            new RecoverService(Pem(home.ServiceCertificate), itself, home.NodeCertificate.Pem, signed.Root), cancel);
    }

    private EndorsementRow? EndorseItself()
    {
        if (!TransactionId.TryParse(ServiceTable.CreatedBy(node.Tables), out var created)) return null;
        var itself = new ServiceEndorsement(home.ServiceKey.PublicKey, created, End: null);
        return new EndorsementRow(itself.Sign(home.ServiceKey, time.GetUtcNow()), home.ServiceKey.PublicKey, created, null, null);
    }

    private async Task FoundAsync(CancellationToken cancel)
    {
        // Keys of persons lie open in the data directory, and whoever has the machine reads that: an enclave would be for nothing.
        if (!evidence.IsVirtual && (options.Consortium is null || options.Administrator is null))
            throw new EvidenceException(
                "In an enclave a ledger is founded with members and an administrator whose keys are made elsewhere: name them with "
                + "--member CERT.pem:ENC_PUBK.pem (`stele member keygen` makes both) and --administrator CERT.pem.");
        RefuseNoEvidence("founded");
        await TrySubmitAsync(new CreateService(Genesis()), cancel);
        if (ServiceTable.Status(node.Tables) == ServiceStatus.Opening) await TrySubmitAsync(new OpenService(EndorseItself()), cancel);
    }

    private void RefuseNoEvidence(string done)
    {
        if (FounderPolicy.Fault(evidence) is { } fault) throw new EvidenceException($"On this evidence no ledger is {done}: {fault}");
    }

    // In a network the place of the primary may be lost at any moment; then the loop above looks again.
    private async Task TrySubmitAsync(ICommand<bool> command, CancellationToken cancel)
    {
        try
        {
            await node.SubmitAsync(command, untilCommitted: true).WaitAsync(cancel);
        }
        catch (Exception failure) when (options.Network is not null
            && (failure is LedgerUnavailableException or OutcomeUnknownException))
        {
            await Task.Delay(Pause, time, cancel);
        }
    }

    private Genesis Genesis() => new()
    {
        ServiceCertificate = Pem(home.ServiceCertificate),
        Node = evidence,
        NodeEncryptionKey = home.EncryptionKey.PublicKeyPem,
        NodeAddress = options.Network?.Address,
        NodeCertificate = home.NodeCertificate.Pem,
        NodeCertificateRequest = home.NodeCertificate.NewRequest(),
        Members = options.Consortium?.Members ?? [FirstMember.OpenOrMake(home.Directory, time)],
        RecoveryThreshold = options.Consortium?.RecoveryThreshold ?? 1,
        MembersAdmitNodes = options.Consortium is not null,
        Administrator = options.Administrator is { } pem
            ? X509Certificate2.CreateFromPem(pem) : FirstAdministrator.OpenOrMake(home.Directory, time),
        Constitution = DefaultConstitution.Script,
        Visibility = options.PublicLedger ? LedgerVisibility.Public : LedgerVisibility.Private,
    };
}
