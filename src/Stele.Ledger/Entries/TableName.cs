namespace Stele.Ledger.Entries;

/// <summary>The name of a table. Whether the table is public is decided by the name alone.</summary>
/// <param name="Value">The name, as in <c>public:ccf.gov.service.info</c>.</param>
public readonly record struct TableName(string Value)
{
    /// <summary>Whether the table's rows stand in clear: its name begins with <c>public:</c>.</summary>
    public bool IsPublic => Value.StartsWith("public:", StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Value;
}
