using System.Globalization;
using Stele.Attestation.Certificates;

namespace Stele.Attestation.Dcap;

/// <summary>Checks a chain of Intel's certificates, from the end that signs something to the root.</summary>
/// <param name="prefix">What the checks' names begin with.</param>
/// <param name="chain">The certificates, the root last.</param>
internal sealed class IntelChain(string prefix, IReadOnlyList<Certificate> chain)
{
    private const SignatureScheme Scheme = SignatureScheme.EcdsaSha256;
    private const string Root = "Intel SGX Root CA";

    /// <summary>The certificate whose key signs something.</summary>
    public Certificate Leaf => chain[0];

    /// <summary>Who issued it.</summary>
    public Certificate Issuer => chain[Math.Min(1, chain.Count - 1)];

    /// <summary>Adds the checks that need nothing but the chain.</summary>
    /// <param name="checks">Where they go.</param>
    /// <param name="anchors">The roots that are trusted.</param>
    /// <param name="asOf">The moment that counts.</param>
    /// <param name="subjects">The common names that each certificate but the root may have.</param>
    public void Check(CheckList checks, TrustAnchors anchors, DateTimeOffset asOf, params IReadOnlyList<string[]> subjects)
    {
        checks.Add(
            $"{prefix}-root-pinned", anchors.IntelRootKeys.Contains(chain[^1].PublicKey.Digest),
            "the chain does not end at a root that is trusted");
        checks.Add($"{prefix}-chain", IsChain(), "a certificate is not signed by the next one, or not with ECDSA on P-256 and SHA-256");
        checks.Add($"{prefix}-subject", AreSubjects(subjects), $"the names are {string.Join(" ← ", chain.Select(NameOf))}");
        checks.Add(
            $"{prefix}-validity", chain.All(certificate => certificate.IsValidAt(asOf)), "a certificate is not valid at that moment");
    }

    /// <summary>Adds the check of one certificate against its issuer's list of revoked ones.</summary>
    public void CheckRevocation(CheckList checks, Certificate certificate, RevocationList list) =>
        checks.Add(
            $"{prefix}-not-revoked:{certificate.SerialNumber.ToString("x", CultureInfo.InvariantCulture).TrimStart('0')}",
            !list.Lists(certificate), "its issuer has revoked the certificate");

    private bool IsChain() =>
        chain.All(certificate => certificate.PublicKey.IsP256)
        && Enumerable.Range(0, chain.Count).All(at => chain[at].IsSignedBy(chain[Math.Min(at + 1, chain.Count - 1)], Scheme));

    private bool AreSubjects(IReadOnlyList<string[]> subjects) =>
        chain.Count == subjects.Count + 1 && NameOf(chain[^1]) == Root
        && subjects.Zip(chain).All(pair => pair.First.Contains(NameOf(pair.Second), StringComparer.Ordinal));

    private static string NameOf(Certificate certificate) => certificate.Subject.CommonName;
}
