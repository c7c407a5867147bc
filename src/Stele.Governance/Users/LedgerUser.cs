namespace Stele.Governance.Users;

/// <summary>Someone who may call the ledger.</summary>
/// <param name="Id">Who.</param>
/// <param name="Role">What they may do.</param>
public sealed record LedgerUser(UserId Id, Role Role);
