using Stele.Governance.Users;
using Stele.Server.Api;

namespace Stele.Server.Endpoints;

/// <summary>
/// One user, in ACL's two forms: with one role (<c>/app/users</c>) and with a list of roles (<c>/app/ledgerUsers</c>).
/// </summary>
internal static class UserEndpoints
{
    /// <summary><c>GET /app/users/{userId}</c>.</summary>
    public static Task<Answer> GetAsync(Call call) => Task.FromResult(One(Existing(call)));

    /// <summary><c>GET /app/ledgerUsers/{userId}</c>.</summary>
    public static Task<Answer> GetWithRolesAsync(Call call) => Task.FromResult(OneWithRoles(Existing(call)));

    /// <summary><c>PATCH /app/users/{userId}</c>: creates the user, or gives it another role.</summary>
    public static async Task<Answer> SetAsync(Call call)
    {
        var (user, id) = await WriteAsync(call, UserBody.OneRole);
        return One(user) with { Transaction = id };
    }

    /// <summary><c>PATCH /app/ledgerUsers/{userId}</c>: the highest of its roles counts.</summary>
    public static async Task<Answer> SetWithRolesAsync(Call call)
    {
        var (user, id) = await WriteAsync(call, UserBody.SeveralRoles);
        return OneWithRoles(user) with { Transaction = id };
    }

    /// <summary>
    /// <c>DELETE</c> of either form. A user that is not there is deleted already: a client that repeats a request whose
    /// answer was lost gets the same answer.
    /// </summary>
    public static async Task<Answer> DeleteAsync(Call call)
    {
        var user = call.PathUser();
        return Answer.Nothing(await call.WriteAsync(cancel => call.Ledger.DeleteUserAsync(user, cancel)));
    }

    private static LedgerUser Existing(Call call)
    {
        var id = call.PathUser();
        return call.Ledger.User(id) ?? throw RefusedException.NotFound(
            ErrorCodes.ResourceNotFound,
            "There is no user of this id; an administrator can add one with: stele user add");
    }

    private static async Task<(LedgerUser User, TransactionId Id)> WriteAsync(Call call, UserBody form)
    {
        var id = call.PathUser();
        using var body = await RequestBody.ReadJsonAsync(call.Http);
        var user = new LedgerUser(id, form.RoleOf(body.Span, id));
        return (user, await call.WriteAsync(cancel => call.Ledger.SetUserAsync(user, cancel)));
    }

    private static Answer One(LedgerUser user) => Answer.Object(json => UserJson.WriteMembers(json, user));

    private static Answer OneWithRoles(LedgerUser user) =>
        Answer.Object(json => UserJson.WriteMembersWithRoles(json, user));
}
