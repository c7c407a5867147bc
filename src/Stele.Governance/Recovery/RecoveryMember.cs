namespace Stele.Governance.Recovery;

/// <summary>A member who takes part in recoveries.</summary>
/// <param name="Id">The member.</param>
/// <param name="EncryptionKey">What the member's share is sealed to, PEM.</param>
internal sealed record RecoveryMember(string Id, string EncryptionKey);
