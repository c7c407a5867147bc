using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Stele.Cryptography.Certificates;
using Stele.Cryptography.Keys;

namespace Stele.Server.Home;

/// <summary>The certificate that a node shows, and its file: another takes its place while the node runs.</summary>
/// <remarks>Any thread reads, one replaces. Sessions that were opened with an earlier one go on: it is there until the end.</remarks>
public sealed class NodeCertificate : IDisposable
{
    // A certificate of the service has a few hundred bytes.
    private const int PemLengthMax = 64 * 1024;

    private readonly string _file;
    private readonly SigningKey _key;
    private readonly X509Certificate2 _service;
    private readonly List<X509Certificate2> _earlier = [];
    private volatile Current _current;

    /// <summary>The certificate of a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="key">The node's key.</param>
    /// <param name="service">The service's certificate.</param>
    /// <param name="hostNames">The names and addresses that it must be for.</param>
    /// <param name="found">What is in the file; it is disposed of.</param>
    internal NodeCertificate(
        string file, SigningKey key, X509Certificate2 service, IReadOnlyList<string> hostNames, X509Certificate2 found)
    {
        (_file, _key, _service, HostNames) = (file, key, service, hostNames);
        using (found) _current = With(found);
    }

    /// <summary>The certificate with its key, as TLS takes it. It is not the caller's to dispose of.</summary>
    public X509Certificate2 Shown => _current.Shown;

    /// <summary>The same as tables and signatures hold it, PEM.</summary>
    public string Pem => _current.Pem;

    /// <summary>The names and addresses that clients reach the node by.</summary>
    public IReadOnlyList<string> HostNames { get; }

    /// <summary>A request for another one (PKCS #10), PEM.</summary>
    public string NewRequest() => NodeCertificateRequest.Create(_key, HostNames);

    /// <summary>Whether another one, for the same names, can be made from a request.</summary>
    internal bool IsRequestedBy(string? request)
    {
        try
        {
            return request is not null && NodeCertificateRequest.Parse(request) is var parsed
                && parsed.KeyId == _key.KeyId && parsed.IsFor(HostNames);
        }
        catch (FormatException)
        {
            return false;
        }
    }

    /// <summary>What to make of a certificate that the ledger has for this node.</summary>
    /// <param name="pem">The certificate; null where there is none.</param>
    /// <param name="now">The time.</param>
    internal RecordedCertificate Judge(string? pem, DateTimeOffset now)
    {
        if (pem is null) return new RecordedCertificate.Unfit("there is none");
        if (pem == Pem) return new RecordedCertificate.Shown();
        try
        {
            if (pem.Length > PemLengthMax) return new RecordedCertificate.Unfit("it is too long to be one");
            using var certificate = X509Certificate2.CreateFromPem(pem);
            return certificate.RawDataMemory.Span.SequenceEqual(Shown.RawDataMemory.Span)
                ? new RecordedCertificate.Shown()
                : Judge(certificate, now);
        }
        catch (CryptographicException)
        {
            return new RecordedCertificate.Unfit("it is no certificate in PEM");
        }
    }

    /// <summary>Puts another certificate in the file, and shows it from then on.</summary>
    /// <param name="pem">A certificate that is fit.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    internal void Replace(string pem)
    {
        using var certificate = X509Certificate2.CreateFromPem(pem);
        var next = With(certificate);
        try
        {
            LedgerHomeBuilder.Write(_file, certificate);
        }
        catch
        {
            next.Shown.Dispose();
            throw;
        }
        _earlier.Add(_current.Shown);
        _current = next;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var earlier in _earlier) earlier.Dispose();
        Shown.Dispose();
    }

    private RecordedCertificate Judge(X509Certificate2 certificate, DateTimeOffset now)
    {
        var life = CertificateLife.Of(certificate);
        if (!certificate.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(_key.PublicKey.Span))
            return new RecordedCertificate.Unfit("it is of another key than this node's");
        if (!CertificateSignature.IsSignedBy(certificate, _service))
            return new RecordedCertificate.Unfit("the service has not signed it");
        if (!CertificateLife.IsFor(certificate, HostNames))
            return new RecordedCertificate.Unfit($"it is not for all of {string.Join(", ", HostNames)}");
        if (now > life.Until) return new RecordedCertificate.Unfit($"it counted until {life.Until:u}");
        return now < life.From ? new RecordedCertificate.Early(life.From) : new RecordedCertificate.Fit(life.Lasts(now));
    }

    private Current With(X509Certificate2 certificate) =>
        new(LedgerHomeBuilder.ForTls(_key, certificate), certificate.ExportCertificatePem() + "\n");

    private sealed record Current(X509Certificate2 Shown, string Pem);
}
