namespace Stele.Client;

/// <summary>A role: a built-in one, or one that was made with <see cref="LedgerAdministrationClient.CreateRoles"/>.</summary>
/// <param name="Value">The name on the wire.</param>
public readonly record struct LedgerRole(string Value)
{
    /// <summary>Reads everything, receipts included.</summary>
    public static LedgerRole Reader { get; } = new("Reader");

    /// <summary>Reads and appends.</summary>
    public static LedgerRole Contributor { get; } = new("Contributor");

    /// <summary>Reads, appends, and says who may do what.</summary>
    public static LedgerRole Administrator { get; } = new("Administrator");

    /// <inheritdoc/>
    public override string ToString() => Value;
}
