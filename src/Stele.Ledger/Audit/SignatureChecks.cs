namespace Stele.Ledger.Audit;

/// <summary>Which of a ledger's signatures are verified; the Merkle root under each is compared either way.</summary>
public enum SignatureChecks
{
    /// <summary>Every one: an auditor's question is also who signed what.</summary>
    Every,

    /// <summary>
    /// The last one, and the last before each change of nodes or service: its root covers everything before it, so that a
    /// node's start finds every altered byte at a fraction of the cost.
    /// </summary>
    Last,
}
