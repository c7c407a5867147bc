using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Stele.Cryptography;
using Stele.Cryptography.Certificates;
using Stele.Cryptography.Keys;
using Stele.Ledger.Secrets;

namespace Stele.Ledger.Snapshots;

/// <summary>Verifies a snapshot's file offline against a service's certificate, before anything of its tables is read.</summary>
/// <remarks>Certificates are asked only who signed whom: a snapshot stays true also when certificates have expired.</remarks>
/// <param name="service">The certificate of the service, from a source that is trusted.</param>
/// <param name="secrets">The ledger secrets; none where private tables may stay sealed.</param>
public sealed class SnapshotVerifier(X509Certificate2 service, LedgerSecrets? secrets)
{
    /// <summary>Verifies a snapshot's file.</summary>
    /// <param name="file">The whole file. Its bytes are kept by the contents that are found in it.</param>
    public SnapshotVerdict Verify(ReadOnlyMemory<byte> file)
    {
        try
        {
            return VerifyOrThrow(file);
        }
        catch (FormatException fault)
        {
            return new SnapshotVerdict.Refused(fault.Message);
        }
    }

    private SnapshotVerdict.Verified VerifyOrThrow(ReadOnlyMemory<byte> file)
    {
        var (entry, receipt) = SnapshotFile.Parse(file);
        var digest = Digest.Of(entry.Span);
        if (digest != receipt.ClaimsDigest)
            throw new FormatException("The snapshot's receipt is one of another snapshot, or of none.");
        CheckSignature(receipt);
        var snapshot = SnapshotReader.Parse(entry);
        var contents = Open(snapshot);
        if (receipt.Transaction.SeqNo <= contents.SeqNo)
            throw new FormatException($"Transaction {receipt.Transaction} cannot vouch for a snapshot at seqno {contents.SeqNo}.");
        return new SnapshotVerdict.Verified(contents, receipt.Transaction, digest);
    }

    private SnapshotContents Open(SealedSnapshot snapshot)
    {
        if (secrets is null) return snapshot.Public;
        var secret = secrets.For(snapshot.Public.SeqNo)
            ?? throw new FormatException("The snapshot is sealed with a secret that is not known here.");
        return snapshot.TryOpen(secret, out var contents)
            ? contents
            : throw new FormatException("The snapshot is not sealed with the ledger's secret.");
    }

    private void CheckSignature(SnapshotReceipt receipt)
    {
        try
        {
            using var node = Load(receipt.NodeCertificate);
            CheckChain(node, receipt.ServiceEndorsements);
            using var key = CertificateKey.Of(node) ?? throw new FormatException("The node's certificate has no elliptic curve key.");
            if (Digest.Of(key.ExportSubjectPublicKeyInfo()).ToHex() != receipt.NodeId)
                throw new FormatException("The node's key is not that of the receipt's node id.");
            if (!RootSignature.Verify(key, receipt.Root, receipt.Signature.Span))
                throw new FormatException("The receipt's signature is not the node's over the receipt's root.");
        }
        // What the runtime throws for a certificate that is damaged, when it is loaded or when a part of it is first looked at.
        catch (Exception fault) when (fault is CryptographicException or ArgumentException or NotSupportedException)
        {
            throw new FormatException("A certificate in the receipt is no certificate in PEM.", fault);
        }
    }

    private void CheckChain(X509Certificate2 node, IReadOnlyList<string> endorsements)
    {
        var chain = endorsements.Select(Load).ToList();
        try
        {
            var current = node;
            foreach (var issuer in chain.Append(service))
            {
                if (!CertificateSignature.IsSignedBy(current, issuer))
                    throw new FormatException("The receipt's certificates do not lead to the service.");
                current = issuer;
            }
        }
        finally
        {
            foreach (var endorsement in chain) endorsement.Dispose();
        }
    }

    // A certificate has one form only, as the receipt around it.
    private static X509Certificate2 Load(string pem)
    {
        var certificate = X509Certificate2.CreateFromPem(pem);
        return pem.TrimEnd('\n') == certificate.ExportCertificatePem()
            ? certificate
            : throw new FormatException("A certificate in the receipt has not the form in which certificates are written.");
    }
}
