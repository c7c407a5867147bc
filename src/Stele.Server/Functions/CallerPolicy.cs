using System.Text.Json;

namespace Stele.Server.Functions;

/// <summary>What an endpoint can demand to know of its caller, under CCF's names.</summary>
internal static class CallerPolicy
{
    /// <summary>Any client certificate that is in date.</summary>
    public const string AnyCertificate = "any_cert";

    /// <summary>The certificate of a user of the ledger.</summary>
    public const string UserCertificate = "user_cert";

    /// <summary>A token of an issuer that the consortium trusts.</summary>
    public const string Token = "jwt";

    /// <summary>Nothing.</summary>
    public const string Nothing = "no_auth";

    private static readonly string[] All = [AnyCertificate, UserCertificate, Token, Nothing];

    /// <summary>Reads an endpoint's list of policies.</summary>
    /// <exception cref="FormatException">It is not as it must be.</exception>
    public static IReadOnlyList<IReadOnlyList<string>> ReadList(string method, string path, JsonElement json)
    {
        if (json.TryGetProperty("authn_policies", out var list) && list.ValueKind == JsonValueKind.Array && list.GetArrayLength() > 0)
            return [.. list.EnumerateArray().Select(Read)];
        throw new FormatException($"{method} {path} has no authn_policies; there are {string.Join(", ", All)}, and all_of.");
    }

    private static IReadOnlyList<string> Read(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object) return [ReadName(json)];
        return json.TryGetProperty("all_of", out var all) && all.ValueKind == JsonValueKind.Array && all.GetArrayLength() > 0
            ? [.. all.EnumerateArray().Select(ReadName)]
            : throw new FormatException("""A policy is a name, or {"all_of":[names]}.""");
    }

    private static string ReadName(JsonElement json) =>
        json.ValueKind == JsonValueKind.String && All.Contains(json.GetString(), StringComparer.Ordinal)
            ? json.GetString()!
            : throw new FormatException($"There are the policies {string.Join(", ", All)}, and all_of.");
}
