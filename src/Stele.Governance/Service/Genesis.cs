using System.Security.Cryptography.X509Certificates;
using Stele.Governance.Members;
using Stele.Governance.Nodes;
using Stele.Governance.Users;

namespace Stele.Governance.Service;

/// <summary>What a new ledger begins with.</summary>
public sealed record Genesis
{
    /// <summary>The service's certificate, PEM.</summary>
    public required string ServiceCertificate { get; init; }

    /// <summary>The first node, with its evidence.</summary>
    public required NodeEvidence Node { get; init; }

    /// <summary>The request that the first node's certificate is renewed from, PEM (PKCS #10).</summary>
    public required string NodeCertificateRequest { get; init; }

    /// <summary>The key that the network seals secrets to, for the first node, PEM.</summary>
    public required string NodeEncryptionKey { get; init; }

    /// <summary>Where other nodes reach the first one; null where it stays alone.</summary>
    public Uri? NodeAddress { get; init; }

    /// <summary>The first node's certificate, endorsed by the service, PEM.</summary>
    public required string NodeCertificate { get; init; }

    /// <summary>The consortium's members.</summary>
    public required IReadOnlyList<Member> Members { get; init; }

    /// <summary>How many of the members with an encryption key can bring the ledger back together.</summary>
    public int RecoveryThreshold { get; init; } = 1;

    /// <summary>Whether nodes come and go by members' vote alone, and no administrator lets them in or out.</summary>
    public bool MembersAdmitNodes { get; init; }

    /// <summary>The first administrator's certificate.</summary>
    public required X509Certificate2 Administrator { get; init; }

    /// <summary>The constitution's script.</summary>
    public required string Constitution { get; init; }

    /// <summary>Whether entries are sealed.</summary>
    public required LedgerVisibility Visibility { get; init; }

    /// <summary>The first administrator.</summary>
    public LedgerUser FirstUser => new(UserId.OfCertificate(Administrator.RawData), Role.Administrator);
}
