using Stele.Governance.Users;
using Stele.Replication.Sequencing;
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

    /// <summary><c>PATCH /app/users/{userId}</c>: creates the user, or gives it another role instead of all that it has.</summary>
    public static Task<Answer> SetAsync(Call call) => WriteAsync(call, UserBody.OneRole, One);

    /// <summary><c>PATCH /app/ledgerUsers/{userId}</c>: it has all of these roles, and no others.</summary>
    public static Task<Answer> SetWithRolesAsync(Call call) => WriteAsync(call, UserBody.SeveralRoles, OneWithRoles);

    /// <summary>
    /// <c>DELETE</c> of either form. A user that is not there is deleted already: a client that repeats a request whose
    /// answer was lost gets the same answer.
    /// </summary>
    public static async Task<Answer> DeleteAsync(Call call)
    {
        var user = call.PathUser();
        return Answered(await call.WriteAsync(() => call.Ledger.RemoveUserAsync(user, call.Caller.Id)), Answer.Nothing());
    }

    private static LedgerUser Existing(Call call)
    {
        var id = call.PathUser();
        return call.Ledger.User(id) ?? throw RefusedException.NotFound(
            ErrorCodes.ResourceNotFound,
            "There is no user of this id; an administrator can add one with: stele user add");
    }

    private static async Task<Answer> WriteAsync(Call call, UserBody form, Func<LedgerUser, Answer> show)
    {
        var id = call.PathUser();
        using var body = await RequestBody.ReadJsonAsync(call.Http);
        var user = new LedgerUser(id, form.RolesOf(body.Span, id));
        return Answered(await call.WriteAsync(() => call.Ledger.SetUserAsync(user, call.Caller.Id)), show(user));
    }

    private static Answer Answered(Outcome<UserChange> outcome, Answer whenDone) => outcome.Result switch
    {
        UserChange.LastAdministrator => Answer.Of(RefusedException.Input(
            "Refused: no administrator would be left to let anyone in. Make another user one first.").Error),
        UserChange.NoSuchRole => Answer.Of(UserBody.NoSuchRole().Error),
        UserChange.BeyondCaller => Answer.Of(RefusedException.Forbidden(
            "Refused: nobody gives or takes a right that they do not have. An administrator can.").Error),
        _ => whenDone with { Transaction = outcome.Id },
    };

    private static Answer One(LedgerUser user) => Answer.Object(json => UserJson.WriteMembers(json, user));

    private static Answer OneWithRoles(LedgerUser user) =>
        Answer.Object(json => UserJson.WriteMembersWithRoles(json, user));
}
