using System.Text.Json;
using Azure.Core;
using Stele.Client.Pipeline;

namespace Stele.Client.Calls;

/// <summary>What is asked of a ledger about users and roles.</summary>
internal static class UserCalls
{
    private const string MergePatch = "application/merge-patch+json";
    private const string Roles = "/app/roles";

    /// <summary>The two lists of users, which are of the same users: with one role, and with several.</summary>
    public sealed record Kind(string Root, string Name, Func<JsonElement, IReadOnlyList<LedgerRole>> RolesOf)
    {
        public static readonly Kind OneRole = new("/app/users", "User", json => [new LedgerRole(json.Text("assignedRole"))]);

        public static readonly Kind SeveralRoles = new("/app/ledgerUsers", "LedgerUser", json =>
            [.. json.GetProperty("assignedRoles").EnumerateArray().Select(role => new LedgerRole(role.GetString()!))]);

        public LedgerUser Read(JsonElement json) => new(json.Text("userId"), RolesOf(json));
    }

    public static LedgerCall<LedgerUser> Get(LedgerPipeline ledger, Kind kind, string userId) =>
        new(NameOf($"Get{kind.Name}"), RequestMethod.Get, PathOf(ledger, kind, userId), (json, _) => kind.Read(json));

    public static LedgerPages<LedgerUser> List(LedgerPipeline ledger, Kind kind) =>
        new(NameOf($"Get{kind.Name}s"), ledger.Path(kind.Root).ToString(), "ledgerUsers", kind.Read);

    public static LedgerCall<LedgerUser> Set(LedgerPipeline ledger, string userId, LedgerRole role) =>
        Set(ledger, Kind.OneRole, userId, JsonBody.Object(json => json.WriteText("assignedRole", role.Value)));

    public static LedgerCall<LedgerUser> Set(LedgerPipeline ledger, string userId, IEnumerable<LedgerRole> roles)
    {
        ArgumentNullException.ThrowIfNull(roles);
        var body = JsonBody.Object(json => json.WriteList("assignedRoles", roles.Select(role => role.Value)));
        return Set(ledger, Kind.SeveralRoles, userId, body);
    }

    public static LedgerCall<bool> Delete(LedgerPipeline ledger, Kind kind, string userId) =>
        new(NameOf($"Delete{kind.Name}"), RequestMethod.Delete, PathOf(ledger, kind, userId), (_, _) => true);

    public static LedgerCall<IReadOnlyList<RoleDefinition>> GetRoles(LedgerPipeline ledger, LedgerRole? role)
    {
        var path = ledger.Path(Roles).With("roleName", role?.Value).ToString();
        return new(NameOf("GetRoles"), RequestMethod.Get, path, (json, _) => ReadRoles(json));
    }

    public static LedgerCall<bool> CreateRoles(LedgerPipeline ledger, IEnumerable<RoleDefinition> roles) =>
        SendRoles(ledger, RequestMethod.Put, NameOf("CreateRoles"), roles);

    public static LedgerCall<bool> ExtendRoles(LedgerPipeline ledger, IEnumerable<RoleDefinition> roles) =>
        SendRoles(ledger, RequestMethod.Patch, NameOf("ExtendRoles"), roles);

    public static LedgerCall<bool> DeleteRole(LedgerPipeline ledger, LedgerRole role) => new(
        NameOf("DeleteRole"), RequestMethod.Delete, ledger.Path(Roles).With("roleName", role.Value).ToString(), (_, _) => true);

    private static LedgerCall<LedgerUser> Set(LedgerPipeline ledger, Kind kind, string userId, ReadOnlyMemory<byte> body) =>
        new(NameOf($"CreateOrUpdate{kind.Name}"), RequestMethod.Patch, PathOf(ledger, kind, userId), (json, _) => kind.Read(json))
        {
            Body = body,
            ContentType = MergePatch,
        };

    private static LedgerCall<bool> SendRoles(
        LedgerPipeline ledger, RequestMethod method, string name, IEnumerable<RoleDefinition> roles)
    {
        ArgumentNullException.ThrowIfNull(roles);
        var body = JsonBody.Object(json =>
        {
            json.WriteStartArray("roles");
            foreach (var role in roles)
            {
                json.WriteStartObject();
                json.WriteText("roleName", role.Role.Value);
                json.WriteList("roleActions", role.Actions);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        });
        return new(name, method, ledger.Path(Roles).ToString(), (_, _) => true) { Body = body };
    }

    // A list, or an object with one: versions differ.
    private static IReadOnlyList<RoleDefinition> ReadRoles(JsonElement json)
    {
        var list = json.ValueKind == JsonValueKind.Array ? json : json.GetProperty("role");
        return
        [
            .. list.EnumerateArray().Select(role => new RoleDefinition(
                new LedgerRole(role.Text("roleName")),
                role.GetProperty("roleActions").EnumerateArray().Select(action => action.GetString()!))),
        ];
    }

    private static string PathOf(LedgerPipeline ledger, Kind kind, string userId)
    {
        ArgumentException.ThrowIfNullOrEmpty(userId);
        return ledger.Path($"{kind.Root}/{LedgerPath.Segment(userId)}").ToString();
    }

    private static string NameOf(string method) => $"LedgerAdministrationClient.{method}";
}
