namespace Stele.Governance.Users;

/// <summary>
/// A right to call operations, by the action's name that ACL gives it. There are these and no others: an operation that has none
/// of them cannot be written down.
/// </summary>
/// <remarks>
/// ACL's names and which built-in role has which are those of its sample applications; what is about nodes is of this service
/// alone, and named in the same way.
/// </remarks>
public sealed class Permission
{
    /// <summary>Appends entries.</summary>
    public static readonly Permission Append = new("append", Role.Contributor);

    /// <summary>Reads the newest entry of a collection.</summary>
    public static readonly Permission Read = new("read", Role.Reader);

    /// <summary>Reads entries by id and by range.</summary>
    public static readonly Permission HistoricalQuery = new("historicalQuery", Role.Reader);

    /// <summary>Reads receipts.</summary>
    public static readonly Permission ReadReceipts = new("receipts/read", Role.Reader);

    /// <summary>Asks what became of a transaction.</summary>
    public static readonly Permission ReadStatus = new("transactions/status/read", Role.Reader);

    /// <summary>Lists collections and their tags.</summary>
    public static readonly Permission ReadCollections = new("collections/read", Role.Reader);

    /// <summary>Lists sub-ledgers, as collections were once called.</summary>
    public static readonly Permission ReadSubLedgerIds = new("subLedgerIds/read", Role.Reader);

    /// <summary>Lists users.</summary>
    public static readonly Permission ReadAllUsers = new("users/readall", Role.Reader);

    /// <summary>Reads one user.</summary>
    public static readonly Permission ReadUsers = new("users/read", Role.Reader);

    /// <summary>Creates users and changes their roles.</summary>
    public static readonly Permission WriteUsers = new("users/write", Role.Administrator);

    /// <summary>Removes users.</summary>
    public static readonly Permission DeleteUsers = new("users/delete", Role.Administrator);

    /// <summary>Reads what roles may do.</summary>
    public static readonly Permission ReadRoles = new("roleDefinitions/read", Role.Reader);

    /// <summary>Makes roles and adds to what they may do.</summary>
    public static readonly Permission WriteRoles = new("roleDefinitions/write", Role.Administrator);

    /// <summary>Deletes roles.</summary>
    public static readonly Permission DeleteRoles = new("roleDefinitions/delete", Role.Administrator);

    /// <summary>Reads the constitution.</summary>
    public static readonly Permission ReadConstitution = new("governance/constitution/read", Role.Reader);

    /// <summary>Lists members.</summary>
    public static readonly Permission ReadMembers = new("governance/members/read", Role.Reader);

    /// <summary>Reads the nodes' evidence.</summary>
    public static readonly Permission ReadEnclaves = new("enclaves/read", Role.Reader);

    /// <summary>Lists nodes, also those that ask to join.</summary>
    public static readonly Permission ReadNodes = new("nodes/read", Role.Administrator);

    /// <summary>Lets nodes join, and ends their part.</summary>
    public static readonly Permission WriteNodes = new("nodes/write", Role.Administrator);

    /// <summary>Reads user-defined functions.</summary>
    public static readonly Permission ReadFunctions = new("userDefinedFunctions/read", Role.Reader);

    /// <summary>Creates and changes user-defined functions.</summary>
    public static readonly Permission WriteFunctions = new("userDefinedFunctions/write", Role.Administrator);

    /// <summary>Deletes user-defined functions.</summary>
    public static readonly Permission DeleteFunctions = new("userDefinedFunctions/delete", Role.Administrator);

    /// <summary>Runs user-defined functions, also as hooks of an entry.</summary>
    public static readonly Permission ExecuteFunctions = new("userDefinedFunctions/execute", Role.Contributor);

    /// <summary>Reads user-defined endpoints: their description, their modules, their limits.</summary>
    public static readonly Permission ReadEndpoints = new("userDefinedEndpoints/read", Role.Reader);

    /// <summary>Sets user-defined endpoints, and the limits of all scripts.</summary>
    public static readonly Permission WriteEndpoints = new("userDefinedEndpoints/write", Role.Administrator);

    private Permission(string name, Role leastRole)
    {
        Action = $"Microsoft.ConfidentialLedger/ledger/{name}";
        LeastRole = leastRole;
    }

    /// <summary>All there are.</summary>
    public static IReadOnlyList<Permission> All { get; } =
    [
        Append, Read, HistoricalQuery, ReadReceipts, ReadStatus, ReadCollections, ReadSubLedgerIds,
        ReadAllUsers, ReadUsers, WriteUsers, DeleteUsers, ReadRoles, WriteRoles, DeleteRoles,
        ReadConstitution, ReadMembers, ReadEnclaves, ReadNodes, WriteNodes,
        ReadFunctions, WriteFunctions, DeleteFunctions, ExecuteFunctions, ReadEndpoints, WriteEndpoints,
    ];

    /// <summary>The action's name, as it stands in a user-defined role.</summary>
    public string Action { get; }

    /// <summary>The least built-in role that has it.</summary>
    public Role LeastRole { get; }

    /// <summary>The permission of an action; null for an action that only applications know.</summary>
    public static Permission? Find(string action) => All.FirstOrDefault(one => one.Action == action);

    /// <inheritdoc/>
    public override string ToString() => Action;
}
