using System.Security.Cryptography;
using System.Text.Json;
using Azure;
using Stele.Client.Tests.Support;

namespace Stele.Client.Tests;

/// <summary>Users, roles and functions of a real ledger.</summary>
public sealed class AdministrationTests(Scene scene)
{
    private readonly LedgerAdministrationClient _admin = scene.Client.GetAdministrationClient();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_user_is_made_read_changed_listed_and_deleted()
    {
        using var certificate = Certificates.New("a user");
        foreach (var id in new[] { Guid.NewGuid().ToString(), LedgerUser.IdOf(certificate) })
        {
            var made = (await _admin.CreateOrUpdateUserAsync(id, LedgerRole.Contributor, Cancel)).Value;
            Assert.Equal(id, made.Id);
            Assert.Equal([LedgerRole.Contributor], _admin.GetUser(id, Cancel).Value.Roles);
            _admin.CreateOrUpdateUser(id, LedgerRole.Reader, Cancel);
            Assert.Equal([LedgerRole.Reader], (await _admin.GetUserAsync(id, Cancel)).Value.Roles);
            Assert.Contains(_admin.GetUsers(Cancel), user => user.Id == id);
            Assert.Contains(await _admin.GetUsersAsync(Cancel).ToListAsync(Cancel), user => user.Id == id);
            Assert.Equal(204, (await _admin.DeleteUserAsync(id, Cancel)).Status);
            Assert.Equal(404, Assert.Throws<RequestFailedException>(() => _admin.GetUser(id, Cancel)).Status);
            Assert.Equal(204, _admin.DeleteUser(id, Cancel).Status);
        }
    }

    [Fact]
    public async Task A_user_has_several_roles_one_of_them_made_here()
    {
        var auditor = new LedgerRole($"auditor-{RandomNumberGenerator.GetHexString(6)}");
        await _admin.CreateRolesAsync([new RoleDefinition(auditor, ["Microsoft.ConfidentialLedger/ledger/read"])], Cancel);
        _admin.ExtendRoles([new RoleDefinition(auditor, ["/accounts/audit"])], Cancel);
        Assert.Equal(2, Assert.Single((await _admin.GetRolesAsync(auditor, Cancel)).Value).Actions.Count);
        Assert.Contains(_admin.GetRoles(cancellationToken: Cancel).Value, role => role.Role == auditor);

        var id = Guid.NewGuid().ToString();
        await _admin.CreateOrUpdateLedgerUserAsync(id, [auditor, LedgerRole.Reader], Cancel);
        Assert.Equal(2, _admin.GetLedgerUser(id, Cancel).Value.Roles.Count);
        Assert.Contains(auditor, (await _admin.GetLedgerUserAsync(id, Cancel)).Value.Roles);
        Assert.Contains(_admin.GetLedgerUsers(Cancel), user => user.Id == id && user.Roles.Contains(auditor));
        Assert.NotEmpty(await _admin.GetLedgerUsersAsync(Cancel).ToListAsync(Cancel));
        _admin.CreateOrUpdateLedgerUser(id, [LedgerRole.Reader], Cancel);
        await _admin.DeleteLedgerUserAsync(id, Cancel);

        var exists = Assert.Throws<RequestFailedException>(() => _admin.CreateRoles([new RoleDefinition(auditor, ["a"])], Cancel));
        Assert.Equal("RoleExists", exists.ErrorCode);
        await _admin.DeleteRoleAsync(auditor, Cancel);
        Assert.Equal(404, Assert.Throws<RequestFailedException>(() => _admin.GetRoles(auditor, Cancel)).Status);
    }

    [Fact]
    public async Task A_function_is_made_run_and_runs_with_an_entry()
    {
        const string Code = """
            export function main(name) { return `Hello ${name}`; }
            export function fails() { throw new Error("on purpose"); }
            """;
        await _admin.CreateOrUpdateFunctionAsync("hello", Code, Cancel);
        Assert.Equal(Code, _admin.GetFunction("hello", Cancel).Value.Code);
        Assert.Contains(_admin.GetFunctions(Cancel), function => function.Id == "hello");
        var hello = await scene.Client.ExecuteFunctionAsync("hello", new FunctionCall { Arguments = ["world"] }, Cancel);
        Assert.Equal("Hello world", hello.Value.ReturnValue);
        Assert.True(hello.Value.Succeeded);

        var failing = new FunctionCall
        {
            ExportedFunctionName = "fails",
            RuntimeOptions = BinaryData.FromString("""{"max_execution_time_ms":500}"""),
        };
        Assert.Contains("on purpose", scene.Client.ExecuteFunction("hello", failing, Cancel).Value.ErrorMessage, StringComparison.Ordinal);
        var entry = new NewEntry("text") { PreHooks = [new EntryHook("hello")], PostHooks = [new EntryHook("hello", failing)] };
        var refused = await Assert.ThrowsAsync<RequestFailedException>(
            () => scene.Client.PostEntryAsync(WaitUntil.Completed, entry, Cancel));
        Assert.Equal((500, "InternalError"), (refused.Status, refused.ErrorCode));
        entry = new NewEntry("text") { PreHooks = [new EntryHook("hello")] };
        Assert.True((await scene.Client.PostEntryAsync(WaitUntil.Completed, entry, Cancel)).HasValue);
        Assert.Equal(204, (await _admin.DeleteFunctionAsync("hello", Cancel)).Status);
    }

    [Fact]
    public async Task The_limits_of_endpoints_are_read_and_changed()
    {
        using var changed = JsonDocument.Parse(await _admin.UpdateRuntimeOptionsAsync(
            BinaryData.FromString("""{"max_execution_time_ms":900}"""), Cancel) is { } answer ? answer.Value.ToMemory() : default);
        Assert.Equal(900, changed.RootElement.GetProperty("max_execution_time_ms").GetInt32());
        Assert.Contains("max_heap_bytes", _admin.GetRuntimeOptions(Cancel).Value.ToString(), StringComparison.Ordinal);
    }
}
