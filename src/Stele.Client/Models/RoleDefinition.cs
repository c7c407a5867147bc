namespace Stele.Client;

/// <summary>What a user-defined role may do.</summary>
public sealed class RoleDefinition
{
    /// <summary>A role.</summary>
    /// <param name="role">Its name.</param>
    /// <param name="actions">What it may do, such as <c>Microsoft.ConfidentialLedger/ledger/read</c>; at least one.</param>
    public RoleDefinition(LedgerRole role, IEnumerable<string> actions)
    {
        ArgumentException.ThrowIfNullOrEmpty(role.Value, nameof(role));
        ArgumentNullException.ThrowIfNull(actions);
        (Role, Actions) = (role, [.. actions]);
    }

    /// <summary>Its name.</summary>
    public LedgerRole Role { get; }

    /// <summary>What it may do.</summary>
    public IReadOnlyList<string> Actions { get; }
}
