using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Stele.Cryptography.Certificates;

namespace Stele.Ledger.Audit;

/// <summary>A certificate's public key, for any number of threads: an <see cref="ECDsa"/> is for one, and dear to make.</summary>
[SuppressMessage("Design", "CA1001", Justification = "Public keys alone; who remembers a certificate does so to its end.")]
internal sealed class VerificationKey
{
    private readonly ThreadLocal<ECDsa> _key;

    /// <summary>The key of a certificate.</summary>
    /// <param name="certificate">The certificate, PEM.</param>
    /// <exception cref="FormatException">It has no key that is known here.</exception>
    public VerificationKey(string certificate)
    {
        _key = new ThreadLocal<ECDsa>(() => CertificateKey.Read(certificate));
        _ = _key.Value;
    }

    /// <summary>The key, for the calling thread alone.</summary>
    public ECDsa OfThisThread => _key.Value!;

    /// <summary>Whether another certificate has this key.</summary>
    /// <exception cref="FormatException">It has no key that is known here.</exception>
    public bool IsThatOf(string certificate)
    {
        using var other = CertificateKey.Read(certificate);
        return OfThisThread.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(other.ExportSubjectPublicKeyInfo());
    }
}
