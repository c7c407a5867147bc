namespace Stele.Governance.Service;

/// <summary>Whether an auditor without the ledger secret can read entries; chosen when a ledger is created.</summary>
public enum LedgerVisibility
{
    /// <summary>Entries are sealed under the ledger secret.</summary>
    Private,

    /// <summary>Entries stand in clear.</summary>
    Public,
}
