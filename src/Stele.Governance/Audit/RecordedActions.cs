using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Stele.Cryptography;
using Stele.Cryptography.Certificates;
using Stele.Governance.Constitution;
using Stele.Ledger.Entries;

namespace Stele.Governance.Audit;

/// <summary>What the service did for a constitution, as it stands in the ledger: an auditor has no key to do it again.</summary>
/// <param name="written">What was written.</param>
/// <param name="service">The service's certificate, PEM.</param>
internal sealed class RecordedActions(WriteSet written, string service) : IServiceActions
{
    /// <inheritdoc/>
    public string EndorseNode(string certificateRequest, DateTimeOffset? validFrom, int? days)
    {
        var key = NodeCertificateRequest.Parse(certificateRequest).KeyId;
        var rows = written.Find(TableNames.NodesEndorsedCertificates)?.Writes ?? [];
        return rows.Where(row => row.Value is not null).Select(row => Encoding.UTF8.GetString(row.Value!.Value.Span))
            .FirstOrDefault(pem => IsEndorsed(pem, key)) ?? throw new FormatException("The ledger has no such certificate of the service.");
    }

    private bool IsEndorsed(string pem, string keyId)
    {
        try
        {
            using var authority = X509Certificate2.CreateFromPem(service);
            using var certificate = X509Certificate2.CreateFromPem(pem);
            return Digest.Of(certificate.PublicKey.ExportSubjectPublicKeyInfo()).ToHex() == keyId
                && CertificateSignature.IsSignedBy(certificate, authority);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
