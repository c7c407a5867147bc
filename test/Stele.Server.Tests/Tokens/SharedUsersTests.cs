using Stele.Server.Tests.Support;

namespace Stele.Server.Tests.Tokens;

/// <summary>Two issuers without a prefix can be each other's users: members are told so before they vote.</summary>
public sealed class SharedUsersTests(LedgerFixture ledger) : IClassFixture<LedgerFixture>
{
    [Fact]
    public async Task Members_are_warned_of_issuers_that_speak_for_the_same_users()
    {
        using var member = ledger.FirstMember();
        async Task<string[]> TasksAsync(object args)
        {
            var made = (await member.ProposeAsync(Governor.Action("set_jwt_issuer", args))).AssertOk().Json;
            var id = made.GetProperty("proposalId").GetString()!;
            var preview = (await member.GetAsync($"members/proposals/{id}/preview")).AssertOk().Json;
            Assert.False(preview.TryGetProperty("failure", out _), preview.GetRawText());
            (await member.WithdrawAsync(id)).AssertOk();
            return [.. preview.GetProperty("tasks").EnumerateArray().Select(task => task.GetString()!).Where(IsOfSharedUsers)];
        }
        const string one = "https://one.example";
        const string other = "https://other.example";
        Assert.Empty(await TasksAsync(new { issuer = one }));
        await member.DecideAsync("set_jwt_issuer", new { issuer = one });
        var warning = Assert.Single(await TasksAsync(new { issuer = other }));
        Assert.Contains($"{other} and {one} speak for the same users", warning, StringComparison.Ordinal);
        Assert.Empty(await TasksAsync(new { issuer = other, user_prefix = "other" }));
        await member.DecideAsync("set_jwt_issuer", new { issuer = other, user_prefix = "other" });
        // What changes nothing of that is not warned of again.
        Assert.Empty(await TasksAsync(new { issuer = one, audience = "somebody" }));
        Assert.Single(await TasksAsync(new { issuer = one, user_prefix = "other" }));
    }

    private static bool IsOfSharedUsers(string task) => task.Contains("speak for the same users", StringComparison.Ordinal);
}
