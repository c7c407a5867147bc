using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Stele.Cli.Connection;
using Stele.Governance.Members;
using Stele.Governance.Requests;

namespace Stele.Cli.Members;

/// <summary>A member's signing key with its certificate.</summary>
internal sealed class MemberKey : IDisposable
{
    private readonly X509Certificate2 _certificate;
    private readonly ECDsa _key;

    private MemberKey(X509Certificate2 certificate, ECDsa key) => (_certificate, _key) = (certificate, key);

    /// <summary>The member's id.</summary>
    public string Id => Member.IdOf(_certificate);

    /// <summary>Reads a key and its certificate out of PEM files.</summary>
    public static MemberKey Read(string certificatePath, string keyPath)
    {
        var certificate = CertificateFile.Read(certificatePath);
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(CertificateFile.Text(keyPath));
        }
        catch (Exception fault) when (fault is ArgumentException or CryptographicException)
        {
            throw new CommandFailedException($"{keyPath} does not hold a private key of an elliptic curve in PEM.", ExitCode.Failed);
        }
        return key.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(certificate.PublicKey.ExportSubjectPublicKeyInfo())
            ? new MemberKey(certificate, key)
            : throw new CommandFailedException($"{keyPath} is not the key of the certificate {certificatePath}.", ExitCode.Failed);
    }

    /// <summary>Signs a request, as made now.</summary>
    public byte[] Sign(RequestType type, string? proposalId, ReadOnlySpan<byte> body) =>
        RequestSigning.Sign(_key, _certificate, type, TimeProvider.System.GetUtcNow(), proposalId, body);

    public void Dispose()
    {
        _key.Dispose();
        _certificate.Dispose();
    }
}
