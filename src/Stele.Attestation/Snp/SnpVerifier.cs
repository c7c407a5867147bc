using System.Security.Cryptography;
using Stele.Attestation.Certificates;

namespace Stele.Attestation.Snp;

/// <summary>Verifies reports of AMD SEV-SNP: that the processor signed them, and that they stand a policy.</summary>
public static class SnpVerifier
{
    private const SignatureScheme Scheme = SignatureScheme.RsaPssSha384;
    private const int RootBits = 4096;

    /// <summary>Judges evidence as of a moment. Throws nothing.</summary>
    public static Verdict Verify(SnpEvidence evidence, EvidencePolicy policy, TrustAnchors anchors, DateTimeOffset asOf)
    {
        var checks = new CheckList();
        checks.Add("well-formed", true, "");
        // A report of version 2 does not tell its product: then the chain does, whose root is pinned for one product.
        var product = evidence.Report.Product
            ?? SnpProducts.OfIntermediate(evidence.Certificates.Intermediate.Subject.CommonName);
        CheckForm(checks, evidence.Report, product);
        CheckChain(checks, evidence.Certificates, anchors, asOf);
        CheckRevocation(checks, evidence, policy, asOf);
        CheckProduct(checks, evidence);
        CheckEndorsement(checks, evidence, product);
        if (policy.RequireVcek) checks.Add("vcek-required", evidence.Certificates.Key.IsVcek, "A provider's key signed, not the chip's.");
        SnpAppraisal.Check(checks, evidence.Report, product, policy);
        return new Verdict(Claims(evidence.Report, product), checks.All);
    }

    /// <summary>
    /// Judges a report beside which the host laid a table of certificates. Throws nothing but for a certificate in it that
    /// cannot be read.
    /// </summary>
    /// <exception cref="FormatException">A certificate or the revocation list of the table cannot be read.</exception>
    public static Verdict Verify(
        SnpReport report, SnpCertificateTable table, EvidencePolicy policy, TrustAnchors anchors, DateTimeOffset asOf)
    {
        if (!table.HasKey) return Lacking("table-has-vek", "The table has no endorsement key.");
        if (!table.IsComplete) return Lacking("table-has-chain", "The table lacks the intermediate or the root.");
        var list = table.RevocationList is { } der ? RevocationList.Read(der) : null;
        return Verify(new SnpEvidence(report, table.Certificates(), list), policy, anchors, asOf);
    }

    private static Verdict Lacking(string check, string reason) => new(null, [new Check(check, Passed: false, reason)]);

    private static void CheckForm(CheckList checks, SnpReport report, SnpProduct? product)
    {
        checks.Add("reserved-zero", report.ReservedIsZero, "Something that is reserved in this version is in use.");
        SnpTcbVersion[] levels = [report.ReportedTcb, report.CurrentTcb, report.CommittedTcb, report.LaunchTcb];
        checks.Add(
            "tcb-reserved-zero", product is { } known && levels.All(level => level.HasZerosElsewhere(known)),
            "A TCB version has bytes that this product does not use.");
        checks.Add("sig-algo-1", report.SignatureAlgorithm == 1, $"Signature algorithm {report.SignatureAlgorithm}.");
        checks.Add("mask-chip-key-clear", !report.MasksChipKey, "The host masked the chip's key.");
    }

    private static void CheckChain(CheckList checks, SnpCertificates chain, TrustAnchors anchors, DateTimeOffset asOf)
    {
        var (key, intermediate, root) = (chain.Key.Certificate, chain.Intermediate, chain.Root);
        checks.Add("ark-pinned", anchors.AmdRoots.Contains(root.Digest), $"No trusted root: {root.Digest}.");
        checks.Add("ark-self-signed", root.IsSignedBy(root, Scheme), "The root did not sign itself.");
        checks.Add("ask-signed-by-ark", intermediate.IsSignedBy(root, Scheme), "The root did not sign the intermediate.");
        checks.Add("vek-signed-by-ask", key.IsSignedBy(intermediate, Scheme), "The intermediate did not sign the endorsement key.");
        checks.Add(
            "rsa-4096", root.PublicKey.RsaBits == RootBits && intermediate.PublicKey.RsaBits == RootBits,
            "The root or the intermediate has no RSA key of 4096 bits.");
        checks.Add("vek-p384", key.PublicKey.IsP384, "The endorsement key is not on P-384.");
        CheckValidity(checks, "ark-validity", root, asOf);
        CheckValidity(checks, "ask-validity", intermediate, asOf);
        CheckValidity(checks, "vek-validity", key, asOf);
    }

    private static void CheckValidity(CheckList checks, string name, Certificate certificate, DateTimeOffset asOf) => checks.Add(
        name, certificate.IsValidAt(asOf),
        $"Valid from {certificate.NotBefore:yyyy-MM-dd} to {certificate.NotAfter:yyyy-MM-dd}, judged as of {asOf:yyyy-MM-dd}.");

    private static void CheckRevocation(CheckList checks, SnpEvidence evidence, EvidencePolicy policy, DateTimeOffset asOf)
    {
        const string Name = "revocation-list-given";
        if (evidence.RevocationList is not { } list)
        {
            if (policy.RequireRevocationList)
                checks.Add(Name, false, "The policy asks for the root's revocation list.");
            else
                checks.NotMade(Name, "No revocation list: revocation is not checked.");
            return;
        }

        var chain = evidence.Certificates;
        checks.Add("crl-signed-by-ark", list.IsSignedBy(chain.Root, Scheme), "The root did not sign the revocation list.");
        checks.Add(
            "crl-current", list.IsCurrentAt(asOf),
            $"Current from {list.ThisUpdate:yyyy-MM-dd} to {list.NextUpdate:yyyy-MM-dd}, judged as of {asOf:yyyy-MM-dd}.");
        checks.Add("ask-not-revoked", !list.Lists(chain.Intermediate), "The intermediate is revoked.");
        checks.Add("vek-not-revoked", !list.Lists(chain.Key.Certificate), "The endorsement key is revoked.");
    }

    private static void CheckProduct(CheckList checks, SnpEvidence evidence)
    {
        var (report, chain) = (evidence.Report, evidence.Certificates);
        var intermediate = SnpProducts.OfIntermediate(chain.Intermediate.Subject.CommonName);
        var key = SnpProducts.OfName(chain.Key.ProductName);
        checks.Add(
            "product-names-agree",
            intermediate is not null && intermediate == key && (!report.HasCpu || report.Product == key),
            $"The report is from {(report.HasCpu ? report.Product?.ToString() ?? "an unknown product" : "any product")}, "
            + $"the intermediate for \"{chain.Intermediate.Subject.CommonName}\", the key for \"{chain.Key.ProductName}\".");
    }

    private static void CheckEndorsement(CheckList checks, SnpEvidence evidence, SnpProduct? product)
    {
        var (report, key) = (evidence.Report, evidence.Certificates.Key);
        checks.Add(
            "signing-key-kind", report.SigningKey switch { 0 => key.IsVcek, 1 => key.IsVlek, _ => false },
            $"Signed by a key of kind {report.SigningKey}, the certificate is \"{key.Certificate.Subject.CommonName}\".");
        checks.Add("report-signature", IsSigned(report, key), "The endorsement key did not sign the report.");
        checks.Add(
            "reported-tcb-equals-cert",
            product is { } known && key.TcbOf(known) is { } level && level == report.ReportedTcb.Of(known),
            "The key was not derived for the TCB that the report names.");
        if (!key.IsVlek)
            checks.Add("chip-id-equals-hwid", IsChip(report, key, product), "The key is another chip's than the report's.");
    }

    private static bool IsSigned(SnpReport report, EndorsementKey key) =>
        report.Signature is { } signature
        && key.Certificate.PublicKey.VerifyEcdsa(
            report.Encoded.Span[..SnpReport.SignedSize], signature.Span, HashAlgorithmName.SHA384,
            DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    // Turin uses 8 of the 64 bytes.
    private static bool IsChip(SnpReport report, EndorsementKey key, SnpProduct? product)
    {
        var size = product is SnpProduct.Turin ? 8 : 64;
        return key.HardwareId.Length == size
            && report.ChipId.Span[..size].SequenceEqual(key.HardwareId.Span)
            && !report.ChipId.Span[size..].ContainsAnyExcept((byte)0);
    }

    private static AttestationClaims Claims(SnpReport report, SnpProduct? product) => new()
    {
        Platform = Platform.SevSnp,
        Product = product?.ToString() ?? "",
        Measurement = report.Measurement,
        ReportData = report.ReportData,
        HostData = report.HostData,
        Tcb = report.ReportedTcb.ToString(),
        Debug = report.Policy.AllowsDebug,
    };
}
