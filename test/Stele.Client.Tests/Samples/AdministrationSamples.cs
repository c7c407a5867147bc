using System.Security.Cryptography.X509Certificates;
using Azure;
using Stele.Client.Tests.Support;

namespace Stele.Client.Tests.Samples;

/// <summary>The README's snippets about users, functions and governance.</summary>
public sealed class AdministrationSamples(Scene scene)
{
    private readonly LedgerClient client = scene.Client;

    [Fact]
    public async Task Users_and_roles()
    {
        using X509Certificate2 certificate = Certificates.New("Alice");

        #region Snippet:Users
        LedgerAdministrationClient administration = client.GetAdministrationClient();

        string alice = LedgerUser.IdOf(certificate); // For tokens it is the user's object id.
        await administration.CreateOrUpdateUserAsync(alice, LedgerRole.Contributor);
        LedgerUser user = await administration.GetUserAsync(alice);
        await foreach (var one in administration.GetUsersAsync()) Console.WriteLine($"{one.Id}: {one.Roles[0]}");
        await administration.DeleteUserAsync(alice);
        #endregion

        Assert.Equal([LedgerRole.Contributor], user.Roles);

        #region Snippet:Roles
        var auditor = new LedgerRole("auditor");
        await administration.CreateRolesAsync([new RoleDefinition(auditor, ["Microsoft.ConfidentialLedger/ledger/read"])]);
        await administration.CreateOrUpdateLedgerUserAsync(alice, [auditor, LedgerRole.Reader]);
        await administration.DeleteRoleAsync(auditor);
        #endregion

        await administration.DeleteLedgerUserAsync(alice, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Functions_and_hooks()
    {
        #region Snippet:Functions
        var administration = client.GetAdministrationClient();
        await administration.CreateOrUpdateFunctionAsync("greet", "export function main(name) { return `Hello ${name}`; }");

        FunctionResult greeting = await client.ExecuteFunctionAsync("greet", new FunctionCall { Arguments = ["Alice"] });
        Console.WriteLine(greeting.Succeeded ? greeting.ReturnValue : greeting.ErrorMessage);

        // Run in the transaction that writes the entry: where the function fails, nothing is written.
        await client.PostEntryAsync(WaitUntil.Completed, new NewEntry("Hello") { PreHooks = [new EntryHook("greet")] });
        #endregion

        Assert.Equal("Hello Alice", greeting.ReturnValue);
        await administration.DeleteFunctionAsync("greet", TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Governance()
    {
        #region Snippet:Governance
        LedgerGovernanceClient governance = client.GetGovernanceClient();

        Constitution constitution = await governance.GetConstitutionAsync();
        await foreach (var member in governance.GetMembersAsync()) Console.WriteLine(member.Id);
        await foreach (var proposal in governance.GetProposalsAsync()) Console.WriteLine($"{proposal.Id}: {proposal.State}");

        EnclaveQuotes quotes = await governance.GetEnclaveQuotesAsync();
        foreach (var quote in quotes.Quotes.Values) Console.WriteLine($"{quote.NodeId}: {quote.Version}");
        #endregion

        Assert.Equal(64, constitution.Digest.Length);
    }
}
