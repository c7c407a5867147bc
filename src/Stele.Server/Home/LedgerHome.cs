#pragma warning disable MA0025 // the bodies come with the certificates
using System.Security.Cryptography.X509Certificates;
using Stele.Cryptography.Keys;
using Stele.Cryptography.Sealing;

namespace Stele.Server.Home;

/// <summary>The data directory of one node: its keys, certificates and ledger, made on first use.</summary>
public sealed class LedgerHome : IDisposable
{
    /// <summary>The data directory's path.</summary>
    public required string Directory { get; init; }

    /// <summary>The directory of ledger files: <c>ledger</c>.</summary>
    public string LedgerDirectory => Path.Combine(Directory, "ledger");

    /// <summary>The service's key: signs roots and node certificates.</summary>
    public required SigningKey ServiceKey { get; init; }

    /// <summary>The service's self-signed certificate, CN <c>CCF Network</c>: the one trust anchor.</summary>
    public required X509Certificate2 ServiceCertificate { get; init; }

    /// <summary>The node's key: signs roots and speaks TLS.</summary>
    public required SigningKey NodeKey { get; init; }

    /// <summary>The node's certificate, endorsed by the service.</summary>
    public required X509Certificate2 NodeCertificate { get; init; }

    /// <summary>The identity service's TLS certificate with its key, endorsed by <c>identity_ca.pem</c>.</summary>
    public required X509Certificate2 IdentityCertificate { get; init; }

    /// <summary>The first member's certificate.</summary>
    public required X509Certificate2 MemberCertificate { get; init; }

    /// <summary>The first administrator's certificate.</summary>
    public required X509Certificate2 AdministratorCertificate { get; init; }

    /// <summary>The secret that the ledger's private domain is sealed with.</summary>
    public required LedgerSecret LedgerSecret { get; init; }

    /// <inheritdoc/>
    public void Dispose() => throw new NotImplementedException();
}
