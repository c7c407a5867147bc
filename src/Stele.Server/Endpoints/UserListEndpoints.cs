using System.Text.Json;
using Stele.Governance.Users;
using Stele.Server.Api;

namespace Stele.Server.Endpoints;

/// <summary>The users of the ledger, by page. ACL calls both lists <c>ledgerUsers</c>.</summary>
internal static class UserListEndpoints
{
    /// <summary><c>GET /app/users</c>: each with its one role.</summary>
    public static Task<Answer> UsersAsync(Call call) => Task.FromResult(Page(call, UserJson.WriteMembers));

    /// <summary><c>GET /app/ledgerUsers</c>: each with its list of roles.</summary>
    public static Task<Answer> LedgerUsersAsync(Call call) =>
        Task.FromResult(Page(call, UserJson.WriteMembersWithRoles));

    private static Answer Page(Call call, Action<Utf8JsonWriter, LedgerUser> writeMembers)
    {
        var page = call.Ledger.Users(call.User(PageLink.AfterName), PageLink.NamesPerPage + 1);
        return Answer.Object(json =>
        {
            json.WriteStartArray("ledgerUsers"u8);
            foreach (var user in page.Take(PageLink.NamesPerPage))
            {
                json.WriteStartObject();
                writeMembers(json, user);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            if (page.Count > PageLink.NamesPerPage)
                PageLink.Write(json, call, (PageLink.AfterName, page[PageLink.NamesPerPage - 1].Id.Value));
        });
    }
}
