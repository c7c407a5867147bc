using System.Text.Json;
using Stele.Cli.Connection;
using Stele.Cli.Output;

namespace Stele.Cli.Members;

/// <summary>
/// Members by the names that they go by: the name in their data, else their certificate's subject. Who proposes a member chooses
/// both, so the id always stands beside.
/// </summary>
internal sealed class MemberNames
{
    private readonly Dictionary<string, string> _names;

    private MemberNames(IEnumerable<JsonElement> members) => _names = members.ToDictionary(
        member => member.GetProperty("memberId").GetString()!, NameIn, StringComparer.Ordinal);

    /// <summary>The ids of all members.</summary>
    public IEnumerable<string> Ids => _names.Keys;

    /// <summary>Asks a ledger who they are.</summary>
    public static async Task<MemberNames> GetAsync(LedgerConnection connection, CancellationToken cancel)
    {
        var members = (await connection.GetAsync(RequestPath.Of("service/members"), cancel)).Json();
        return new(members.GetProperty("value").EnumerateArray());
    }

    /// <summary>A member's name, fit for a terminal.</summary>
    public string Of(string id) => _names.GetValueOrDefault(id, "no member any more");

    private static string NameIn(JsonElement member) =>
        member.TryGetProperty("memberData", out var data) && data.ValueKind == JsonValueKind.Object
            && data.TryGetProperty("name", out var name) && name.ValueKind == JsonValueKind.String
            ? Printable.Of(name.GetString()!)
            : RowText.NameOf(member.GetProperty("certificate").GetString()!);
}
