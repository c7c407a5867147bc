using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Stele.Governance.Users;
using Stele.Ledger.Transactions;
using Stele.Replication.Sequencing;
using Stele.Server.Api;

namespace Stele.Server.Endpoints;

/// <summary>ACL's user-defined roles (<c>/app/roles</c>): what they may do, for this service and for applications.</summary>
internal static class RoleEndpoints
{
    private const string NameParameter = "roleName";

    /// <summary><c>GET /app/roles</c>: the role that is named, or all.</summary>
    public static Task<Answer> GetAsync(Call call)
    {
        if (!call.Query.TryGet(NameParameter, out _)) return Task.FromResult(Show(call, "role", call.Ledger.UserDefinedRoles()));
        var role = call.Ledger.UserDefinedRole(NameOf(call)) ?? throw new RefusedException(NoSuchRole());
        return Task.FromResult(Show(call, "role", [role]));
    }

    /// <summary><c>PUT /app/roles</c>: makes roles that there are not yet.</summary>
    public static Task<Answer> CreateAsync(Call call) => WriteAsync(call, roles => new CreateRoles(roles, call.Caller.Id));

    /// <summary><c>PATCH /app/roles</c>: adds to what roles may do.</summary>
    public static Task<Answer> ExtendAsync(Call call) => WriteAsync(call, roles => new ExtendRoles(roles, call.Caller.Id));

    /// <summary>
    /// <c>DELETE /app/roles</c>: deletes a role, and takes it from all who have it. One that is not there is deleted already.
    /// </summary>
    public static async Task<Answer> DeleteAsync(Call call)
    {
        var command = new DeleteRole(NameOf(call), call.Caller.Id);
        var done = new Answer(
            call.Version == ApiVersion.V2026July ? StatusCodes.Status204NoContent : StatusCodes.Status200OK, WriteBody: null);
        var outcome = await call.WriteAsync(() => call.Ledger.ChangeRolesAsync(command));
        return outcome.Result == RoleChange.NoSuchRole ? done : Answered(outcome, done);
    }

    private static async Task<Answer> WriteAsync(Call call, Func<IReadOnlyList<RoleDefinition>, ICommand<RoleChange>> commandOf)
    {
        using var body = await RequestBody.ReadJsonAsync(call.Http);
        var roles = RoleBody.Read(body.Span);
        return Answered(await call.WriteAsync(() => call.Ledger.ChangeRolesAsync(commandOf(roles))), Show(call, "roles", roles));
    }

    private static Answer Answered(Outcome<RoleChange> outcome, Answer whenDone) => outcome.Result switch
    {
        RoleChange.Exists => Answer.Of(new ApiError(
            StatusCodes.Status400BadRequest, ErrorCodes.RoleExists,
            "There is a role of this name already. PATCH adds to what it may do; DELETE it to make it anew.")),
        RoleChange.NoSuchRole => Answer.Of(NoSuchRole()),
        RoleChange.TooMany => Answer.Of(RefusedException.Input(
            $"A ledger has at most {RoleTable.RolesMax} roles, and a role at most {RoleDefinition.ActionsMax} actions.").Error),
        RoleChange.BeyondCaller => Answer.Of(RefusedException.Forbidden(
            "Refused: nobody gives or takes a right that they do not have. An administrator can.").Error),
        _ => whenDone with { Transaction = outcome.Id },
    };

    // The version before the newest has a bare list.
    private static Answer Show(Call call, string member, IReadOnlyList<RoleDefinition> roles) =>
        call.Version == ApiVersion.V2026July
            ? Answer.Object(json =>
            {
                json.WritePropertyName(member);
                WriteList(json, roles);
            })
            : new Answer(StatusCodes.Status200OK, json => WriteList(json, roles));

    private static void WriteList(Utf8JsonWriter json, IReadOnlyList<RoleDefinition> roles)
    {
        json.WriteStartArray();
        foreach (var role in roles)
        {
            json.WriteStartObject();
            json.WriteString("roleName"u8, role.Name.Value);
            json.WriteStartArray("roleActions"u8);
            foreach (var action in role.Actions) json.WriteStringValue(action);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static RoleName NameOf(Call call) =>
        call.Query.TryGet(NameParameter, out var text) && RoleName.TryParse(text, out var name) && name.BuiltIn is null
            ? name
            : throw RefusedException.Parameter($"{NameParameter} must be the name of a user-defined role.");

    private static ApiError NoSuchRole() => RefusedException.NotFound(
        ErrorCodes.ResourceNotFound, "There is no user-defined role of this name; PUT /app/roles makes one.").Error;
}
