using Stele.Governance.Users;
using Stele.Server.Endpoints;
using static Stele.Server.Api.ApiVersion;

namespace Stele.Server.Api;

/// <summary>Every operation of the ledger's API, in one table. What does not stand here is not served.</summary>
internal static class Operations
{
    private static readonly QueryParameter SubLedgerId = new("subLedgerId", Last: V01Preview);
    private static readonly QueryParameter CollectionId = new("collectionId", First: V2022May);
    private static readonly QueryParameter From = new("fromTransactionId");
    private static readonly QueryParameter To = new("toTransactionId");
    private static readonly QueryParameter Tag = new("tag", First: V2024December);
    private static readonly QueryParameter Tags = new("tags", First: V2024December);
    private static readonly QueryParameter RoleName = new("roleName", First: V2024December);
    private static readonly QueryParameter ModuleName = new(BundleEndpoints.ModuleName, First: V2024December);
    private static readonly QueryParameter Order = new("order", First: V2026July);
    private static readonly QueryParameter Time = new("time", First: V2026July);
    private static readonly QueryParameter Id = new("transactionId", First: V2026July);
    private static readonly QueryParameter WaitForCommit = new("waitForCommit", First: V2026July);

    /// <summary>Where a page of names starts. Only <c>nextLink</c> carries it; how is ours to say.</summary>
    private static readonly QueryParameter After = new(PageLink.AfterName, First: V2022May);

    /// <summary>The table. A path without a name in braces stands before the one that it would also match.</summary>
    public static readonly IReadOnlyList<Operation> All =
    [
        new("POST", "/app/transactions", Permission.Append, AppendEndpoint.HandleAsync)
            { Parameters = [SubLedgerId, CollectionId, Tags, WaitForCommit] },
        new("GET", "/app/transactions", Permission.HistoricalQuery, ListEndpoint.HandleAsync)
            { Parameters = [SubLedgerId, CollectionId, From, To, Tag, Order] },
        new("GET", "/app/transactions/current", Permission.Read, EntryEndpoints.CurrentAsync)
            { Parameters = [SubLedgerId, CollectionId] },
        new("GET", "/app/transactions/{transactionId}", Permission.HistoricalQuery, EntryEndpoints.ByIdAsync)
            { Parameters = [SubLedgerId, CollectionId] },
        new("GET", "/app/transactions/{transactionId}/status", Permission.ReadStatus, StatusEndpoint.HandleAsync),
        new("GET", "/app/transactions/{transactionId}/receipt", Permission.ReadReceipts, ReceiptEndpoint.HandleAsync),

        new("GET", "/app/entries", Permission.HistoricalQuery, NewestEndpoint.HandleAsync)
            { First = V2026July, Also = Permission.ReadCollections, Parameters = [To] },
        new("GET", "/app/signatures", Permission.HistoricalQuery, SignatureEndpoint.HandleAsync)
            { First = V2026July, Parameters = [Time, Id] },

        new("GET", "/app/subLedgerIds", Permission.ReadSubLedgerIds, CollectionEndpoints.SubLedgersAsync) { Last = V01Preview },
        new("GET", "/app/collections", Permission.ReadCollections, CollectionEndpoints.CollectionsAsync)
            { First = V2022May, Parameters = [After] },
        new("GET", "/app/collections/tags", Permission.ReadCollections, CollectionEndpoints.TagsAsync)
            { First = V2026July, Parameters = [CollectionId] },

        new("GET", "/app/users", Permission.ReadAllUsers, UserListEndpoints.UsersAsync)
            { First = V2024December, Parameters = [After] },
        new("GET", "/app/users/{userId}", Permission.ReadUsers, UserEndpoints.GetAsync),
        new("PATCH", "/app/users/{userId}", Permission.WriteUsers, UserEndpoints.SetAsync),
        new("DELETE", "/app/users/{userId}", Permission.DeleteUsers, UserEndpoints.DeleteAsync),
        new("GET", "/app/ledgerUsers", Permission.ReadAllUsers, UserListEndpoints.LedgerUsersAsync)
            { First = V2024December, Parameters = [After] },
        new("GET", "/app/ledgerUsers/{userId}", Permission.ReadUsers, UserEndpoints.GetWithRolesAsync) { First = V2024December },
        new("PATCH", "/app/ledgerUsers/{userId}", Permission.WriteUsers, UserEndpoints.SetWithRolesAsync)
            { First = V2024December },
        new("DELETE", "/app/ledgerUsers/{userId}", Permission.DeleteUsers, UserEndpoints.DeleteAsync)
            { First = V2024December },

        new("GET", "/app/roles", Permission.ReadRoles, RoleEndpoints.GetAsync)
            { First = V2024December, Parameters = [RoleName] },
        new("PUT", "/app/roles", Permission.WriteRoles, RoleEndpoints.CreateAsync) { First = V2024December },
        new("PATCH", "/app/roles", Permission.WriteRoles, RoleEndpoints.ExtendAsync) { First = V2024December },
        new("DELETE", "/app/roles", Permission.DeleteRoles, RoleEndpoints.DeleteAsync)
            { First = V2024December, Parameters = [RoleName] },

        new("GET", "/app/userDefinedFunctions", Permission.ReadFunctions, FunctionEndpoints.ListAsync) { First = V2024December },
        new("POST", "/app/userDefinedFunctions/{functionId}:execute", Permission.ExecuteFunctions, FunctionEndpoints.ExecuteAsync)
            { First = V2024December },
        new("GET", "/app/userDefinedFunctions/{functionId}", Permission.ReadFunctions, FunctionEndpoints.GetAsync)
            { First = V2024December },
        new("PUT", "/app/userDefinedFunctions/{functionId}", Permission.WriteFunctions, FunctionEndpoints.PutAsync)
            { First = V2024December },
        new("DELETE", "/app/userDefinedFunctions/{functionId}", Permission.DeleteFunctions, FunctionEndpoints.DeleteAsync)
            { First = V2024December },

        new("GET", "/app/userDefinedEndpoints", Permission.ReadEndpoints, BundleEndpoints.GetAsync) { First = V2024December },
        new("PUT", "/app/userDefinedEndpoints", Permission.WriteEndpoints, BundleEndpoints.PutAsync) { First = V2024December },
        new("GET", "/app/userDefinedEndpoints/modules", Permission.ReadEndpoints, BundleEndpoints.ModuleAsync)
            { First = V2024December, Parameters = [ModuleName] },
        new("GET", "/app/userDefinedEndpoints/runtimeOptions", Permission.ReadEndpoints, BundleEndpoints.OptionsAsync)
            { First = V2024December },
        new("PATCH", "/app/userDefinedEndpoints/runtimeOptions", Permission.WriteEndpoints, BundleEndpoints.SetOptionsAsync)
            { First = V2024December },

        new("GET", "/app/nodes", Permission.ReadNodes, NodeEndpoints.ListAsync) { First = V2026July },
        new("PATCH", "/app/nodes/{nodeId}", Permission.WriteNodes, NodeEndpoints.SetStatusAsync) { First = V2026July },

        new("GET", "/app/governance/constitution", Permission.ReadConstitution, GovernanceEndpoints.ConstitutionAsync),
        new("GET", "/app/governance/members", Permission.ReadMembers, GovernanceEndpoints.MembersAsync),
        new("GET", "/app/enclaveQuotes", Permission.ReadEnclaves, GovernanceEndpoints.EnclaveQuotesAsync),
    ];

    private static readonly IReadOnlyList<(PathTemplate Path, IReadOnlyList<Operation> Operations)> ByPath =
    [
        .. All.GroupBy(operation => operation.Path.ToString())
            .Select(group => (group.First().Path, (IReadOnlyList<Operation>)[.. group])),
    ];

    /// <summary>The operations of a path, and the name that stands in it; none for an unknown path.</summary>
    public static IReadOnlyList<Operation> Of(string path, out string pathValue)
    {
        foreach (var (template, operations) in ByPath)
            if (template.Matches(path, out pathValue)) return operations;
        pathValue = "";
        return [];
    }
}
