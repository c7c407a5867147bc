using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Stele.Cryptography;
using Stele.Cryptography.Certificates;
using Stele.Cryptography.Keys;

namespace Stele.Receipts;

/// <summary>
/// Verifies a receipt offline against a service's certificate, step by step as Azure Confidential Ledger's own verifier
/// does: claims, node certificate and its endorsements, leaf and proof, node id, signature.
/// </summary>
/// <remarks>Certificates are asked only who signed whom: a receipt proves what was, also when certificates have expired.</remarks>
public sealed class ReceiptVerifier
{
    private readonly Receipt _receipt;
    private readonly List<VerificationStep> _steps = [];

    private ReceiptVerifier(Receipt receipt) => _receipt = receipt;

    /// <summary>Verifies a receipt.</summary>
    /// <param name="receipt">The receipt.</param>
    /// <param name="service">The certificate of the service, from a source that is trusted.</param>
    /// <param name="claims">
    /// The application claims that the receipt is to prove. Without an entry among them it proves the transaction alone, and nothing of
    /// its contents: see <see cref="ReceiptDocument.Entries"/>.
    /// </param>
    public static ReceiptVerdict Verify(
        Receipt receipt, X509Certificate2 service, IReadOnlyList<ApplicationClaim>? claims = null)
    {
        var verifier = new ReceiptVerifier(receipt);
        verifier.Run(service, claims ?? []);
        return new ReceiptVerdict(verifier._steps);
    }

    private void Run(X509Certificate2 service, IReadOnlyList<ApplicationClaim> claims)
    {
        if (claims.Count > 0 && !CheckClaims(claims)) return;
        if (!TryLoad("node certificate", _receipt.NodeCertificate, out var node)) return;
        using var _ = node;
        using var key = CertificateKey.Of(node);
        if (!Step("node certificate", key is not null, key is null ? "it has no elliptic curve key" : node.Subject)) return;
        if (!CheckChain(node, service)) return;
        var root = CheckProof();
        if (!CheckNodeId(key!)) return;
        var signed = RootSignature.Verify(key!, root, _receipt.Signature.Span);
        Step("signature", signed, signed ? "the node signed this root" : "it is not the node's signature over this root");
    }

    private bool CheckClaims(IReadOnlyList<ApplicationClaim> claims)
    {
        var digest = ClaimsDigest.Of(claims);
        var expected = _receipt.Leaf.ClaimsDigest;
        return Step(
            "claims digest", digest == expected,
            digest == expected ? digest.ToHex() : $"the claims give {digest}, the receipt says {expected}");
    }

    private bool CheckChain(X509Certificate2 node, X509Certificate2 service)
    {
        var current = node;
        foreach (var pem in _receipt.ServiceEndorsements)
        {
            if (!TryLoad("service endorsement", pem, out var endorsement)) return false;
            if (!CheckEndorsed("service endorsement", current, endorsement)) return false;
            // It says who endorses the service that is trusted: for those who trust a later one, which recovered the ledger.
            if (IsOfKey(endorsement, service)) return CheckEndorsed("service certificate", current, service);
            current = endorsement;
        }
        return CheckEndorsed("service certificate", current, service);
    }

    private static bool IsOfKey(X509Certificate2 one, X509Certificate2 other) =>
        one.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(other.PublicKey.ExportSubjectPublicKeyInfo());

    private bool CheckEndorsed(string name, X509Certificate2 certificate, X509Certificate2 issuer)
    {
        var signed = CertificateSignature.IsSignedBy(certificate, issuer);
        return Step(name, signed, signed
            ? $"{issuer.Subject} endorses {certificate.Subject}"
            : $"{certificate.Subject} is not signed by the key of {issuer.Subject}");
    }

    private Digest CheckProof()
    {
        var leaf = _receipt.Leaf.ToLeaf();
        var root = _receipt.Proof.RootFor(leaf);
        Step("leaf", true, leaf.ToHex());
        var steps = _receipt.Proof.Steps.Count;
        Step("proof", true, $"{steps} {(steps == 1 ? "step" : "steps")} to root {root}");
        return root;
    }

    private bool CheckNodeId(ECDsa key)
    {
        if (_receipt.NodeId is not { } nodeId) return true;
        var actual = Digest.Of(key.ExportSubjectPublicKeyInfo()).ToHex();
        return Step("node id", actual == nodeId, actual == nodeId ? nodeId : $"the node's key gives {actual}, the receipt says {nodeId}");
    }

    private bool TryLoad(string name, string pem, out X509Certificate2 certificate)
    {
        try
        {
            certificate = X509Certificate2.CreateFromPem(pem);
            return true;
        }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException or NotSupportedException)
        {
            certificate = null!;
            return Step(name, false, "it is not a certificate in PEM");
        }
    }

    private bool Step(string name, bool passed, string detail)
    {
        _steps.Add(new VerificationStep(name, passed, detail));
        return passed;
    }
}
