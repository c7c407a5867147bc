using System.Security.Cryptography;
using System.Text;
using Stele.Cryptography.Certificates;
using Stele.Cryptography.Sealing;
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
            .FirstOrDefault(pem => EndorsedByService.Is(pem, key, service))
            ?? throw new FormatException("The ledger has no such certificate of the service.");
    }

    /// <summary>As the service does; nodes of CCF have keys for RSA.</summary>
    public bool CanSealTo(string publicKey) => EncryptionKey.IsPublicKey(publicKey) || IsRsa(publicKey);

    private static bool IsRsa(string publicKey)
    {
        using var key = RSA.Create();
        try
        {
            key.ImportFromPem(publicKey);
            return true;
        }
        catch (Exception fault) when (fault is ArgumentException or CryptographicException)
        {
            return false;
        }
    }
}
