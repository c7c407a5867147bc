using System.Text.Json;
using Stele.Ledger.Entries;
using Stele.Ledger.Tables;
using Stele.Ledger.Transactions;

namespace Stele.Governance.Users;

/// <summary>
/// The user-defined roles, as ACL has them: for each a table of its own, which applications read. Its keys are the actions, as
/// JSON strings; a role whose table is empty is none.
/// </summary>
public static class RoleTable
{
    /// <summary>How many user-defined roles there are at most.</summary>
    public const int RolesMax = 256;

    private const string Prefix = $"{GovernanceTables.RolesPrefix}user_roles_definitions.";
    private static readonly byte[] Present = "true"u8.ToArray();

    /// <summary>The role of a name; null where there is none.</summary>
    public static RoleDefinition? Find(LedgerTables tables, RoleName name)
    {
        string[] actions = [.. tables.Rows(TableOf(name)).Select(row => ReadAction(row.Key))];
        return actions.Length > 0 ? new RoleDefinition(name, actions) : null;
    }

    /// <summary>Whether a table is a role's.</summary>
    internal static bool Is(TableName table) => table.Value.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>All roles, by ordinal order of their names.</summary>
    public static IEnumerable<RoleDefinition> List(LedgerTables tables)
    {
        foreach (var table in tables.All)
        {
            if (table.Count == 0 || !Is(table.Name)) continue;
            if (RoleName.TryParse(table.Name.Value[Prefix.Length..], out var name)) yield return Find(tables, name)!;
        }
    }

    /// <summary>Whether a role has an action.</summary>
    internal static bool Has(LedgerTables tables, RoleName role, string action) =>
        tables.TryGet(TableOf(role), Key(action), out _);

    internal static void Put(Transaction transaction, RoleDefinition role)
    {
        foreach (var action in role.Actions) transaction.Put(TableOf(role.Name), Key(action), Present);
    }

    internal static void Remove(Transaction transaction, RoleDefinition role)
    {
        foreach (var action in role.Actions) transaction.Remove(TableOf(role.Name), Key(action));
    }

    private static TableName TableOf(RoleName name) => new(Prefix + name.Value);

    private static byte[] Key(string action) => Json.Write(json => json.WriteStringValue(action));

    private static string ReadAction(ReadOnlyMemory<byte> key)
    {
        using var text = JsonDocument.Parse(key);
        return text.RootElement.GetString() ?? "";
    }
}
