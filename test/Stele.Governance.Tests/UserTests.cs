using Stele.Cryptography.Sealing;
using Stele.Governance.Users;
using Stele.Ledger.Tables;
using Stele.Ledger.Transactions;

namespace Stele.Governance.Tests;

/// <summary>Users, as transactions on the table.</summary>
public sealed class UserTests
{
    private readonly LedgerSecret _secret = LedgerSecret.Generate();
    private LedgerTables _tables = LedgerTables.Empty;

    [Fact]
    public void A_user_is_set_found_changed_and_removed()
    {
        var (boss, alice) = (Id("boss"), Id("alice"));
        Assert.Equal(UserChange.Made, Run(new SetUser(new LedgerUser(boss, Role.Administrator))));
        Assert.Equal(UserChange.Made, Run(new SetUser(new LedgerUser(alice, Role.Reader))));
        Assert.Equal(Role.Reader, UserTable.Find(_tables, alice)?.Highest);
        Assert.Equal(UserChange.Made, Run(new SetUser(new LedgerUser(alice, Role.Contributor))));
        Assert.Equal([alice, boss], UserTable.List(_tables, after: null).Select(user => user.Id));
        Assert.Equal([boss], UserTable.List(_tables, after: alice).Select(user => user.Id));
        Assert.Equal(UserChange.Made, Run(new RemoveUser(alice)));
        Assert.Null(UserTable.Find(_tables, alice));
        Assert.Equal(UserChange.NoSuchUser, Run(new RemoveUser(alice)));
    }

    [Fact]
    public void The_last_administrator_can_neither_go_nor_step_down()
    {
        var (one, two) = (Id("one"), Id("two"));
        Run(new SetUser(new LedgerUser(one, Role.Administrator)));
        Assert.Equal(UserChange.LastAdministrator, Run(new RemoveUser(one)));
        Assert.Equal(UserChange.LastAdministrator, Run(new SetUser(new LedgerUser(one, Role.Reader))));
        Run(new SetUser(new LedgerUser(two, Role.Administrator)));
        Assert.Equal(UserChange.Made, Run(new SetUser(new LedgerUser(one, Role.Reader))));
        Assert.Equal(UserChange.LastAdministrator, Run(new RemoveUser(two)));
    }

    [Theory]
    [InlineData("5f:23:00", "5f:23:00")]
    [InlineData("object-id", "object-id")]
    public void Ids_are_kept_as_they_are(string text, string kept)
    {
        Assert.True(UserId.TryParse(text, out var id));
        Assert.Equal(kept, id.Value);
    }

    [Fact]
    public void A_fingerprint_is_kept_in_upper_case()
    {
        var fingerprint = string.Join(':', Enumerable.Repeat("aB", 32));
        Assert.True(UserId.TryParse(fingerprint, out var id));
        Assert.Equal(fingerprint.ToUpperInvariant(), id.Value);
        Assert.Equal(id, UserId.TryParse(fingerprint.ToLowerInvariant(), out var lower) ? lower : default);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("a\nb")]
    [InlineData("a\0b")]
    public void What_names_nobody_is_no_id(string? text) => Assert.False(UserId.TryParse(text, out _));

    [Theory]
    [InlineData("reader", Role.Reader)]
    [InlineData("Contributor", Role.Contributor)]
    [InlineData("ADMINISTRATOR", Role.Administrator)]
    public void Roles_compare_without_case(string name, Role role)
    {
        Assert.True(RoleNames.TryParse(name, out var parsed));
        Assert.Equal(role, parsed);
    }

    [Theory]
    [InlineData("king")]
    [InlineData("1")]
    [InlineData("")]
    [InlineData(null)]
    public void Other_roles_are_none(string? name) => Assert.False(RoleNames.TryParse(name, out _));

    private static UserId Id(string text) => UserId.TryParse(text, out var id) ? id : throw new ArgumentException(text, nameof(text));

    private UserChange Run(ICommand<UserChange> command)
    {
        var transaction = new Transaction(TransactionId.Of(2, 1), _tables, _secret);
        var change = command.Execute(transaction);
        Assert.Equal(change == UserChange.Made, !transaction.Writes.IsEmpty);
        _tables = _tables.With(transaction.Writes, transaction.Id.SeqNo);
        return change;
    }
}
