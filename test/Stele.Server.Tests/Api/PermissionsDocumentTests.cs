using System.Text;
using Stele.Governance.Users;
using Stele.Server.Api;

namespace Stele.Server.Tests.Api;

/// <summary>docs/permissions.md is made from the table of operations, and says what that says.</summary>
public sealed class PermissionsDocumentTests
{
    private const string Introduction =
        "Made from the table of operations, `src/Stele.Server/Api/Operations.cs`; a test fails when they differ. An operation is for "
        + "whoever has its permission: by a built-in role, or by a user-defined one (`/app/roles`) that has the action among its "
        + "`roleActions`. Users have any number of roles (`/app/ledgerUsers`). Nobody gives or takes a right that they do not have "
        + "([0022](decisions/0022-tokens-and-roles.md)): so whoever stores code (`userDefinedFunctions/write`, "
        + "`userDefinedEndpoints/write`) must have `read` too, since code can read and its author says who may call it.\n\n"
        + "Actions begin with `Microsoft.ConfidentialLedger/ledger/`, which is left out here and not in a role. A role may have other "
        + "actions too: they are for applications, and the service gives nothing for them.";

    private const string Others =
        "Beside these: `/node` is about the node and for anyone, but for the ledger's entries and requests between nodes, which are for "
        + "the network's own; `/gov` can be read by anyone, and what it changes is signed by members "
        + "([0020](decisions/0020-governance.md)); user-defined endpoints say themselves whom they are for ([functions](functions.md)); "
        + "the identity service is for anyone.\n";

    private static string DocumentPath => Path.Combine(Repository.Root, "docs", "permissions.md");

    [Fact]
    public void The_document_says_what_the_table_says()
    {
        if (Environment.GetEnvironmentVariable("TEST_WRITE_DOCS") is not null) File.WriteAllText(DocumentPath, Text());
        Assert.True(
            File.ReadAllText(DocumentPath) == Text(),
            "docs/permissions.md is not what the table of operations says. Run this test with TEST_WRITE_DOCS=1 to write it anew.");
    }

    private static string Text()
    {
        var text = new StringBuilder("# Permissions\n\n").Append(Introduction).Append(
            """


            | action | Reader | Contributor | Administrator |
            |---|---|---|---|

            """);
        foreach (var permission in Permission.All)
        {
            var has = Enum.GetValues<Role>().Select(role => role >= permission.LeastRole ? "yes" : "");
            text.AppendLine($"| `{Short(permission)}` | {string.Join(" | ", has)} |");
        }

        text.Append(
            """

            | operation | action | api-versions |
            |---|---|---|

            """);
        foreach (var operation in Operations.All)
        {
            var actions = string.Join(", ", operation.Permissions.Select(one => $"`{Short(one)}`"));
            text.AppendLine($"| `{operation}` | {actions} | {VersionsOf(operation)} |");
        }

        text.Append('\n').Append(Others);
        return text.ToString();
    }

    private static string Short(Permission permission) => permission.Action.Split('/', 3)[2];

    private static string VersionsOf(Operation operation) => (operation.First, operation.Last) switch
    {
        (null, null) => "all",
        ({ } first, null) => $"from {first}",
        (null, { } last) => $"up to {last}",
        ({ } first, { } last) => $"{first} to {last}",
    };
}
