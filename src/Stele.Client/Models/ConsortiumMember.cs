namespace Stele.Client;

/// <summary>A member of the consortium that governs a ledger.</summary>
public sealed class ConsortiumMember
{
    internal ConsortiumMember(string id, string certificate, string? status) => (Id, Certificate, Status) = (id, certificate, status);

    /// <summary>SHA-256 of the certificate, hexadecimal.</summary>
    public string Id { get; }

    /// <summary>The member's certificate, PEM.</summary>
    public string Certificate { get; }

    /// <summary><c>Accepted</c> or <c>Active</c>; null where the ledger was not asked for it.</summary>
    public string? Status { get; }
}
