using System.Text;
using System.Text.Json;
using Stele.Ledger.Tables;

namespace Stele.Governance.Tokens;

/// <summary>An OpenID Connect issuer whose tokens governance takes: a row of CCF's table <c>public:ccf.gov.jwt.issuers</c>.</summary>
/// <param name="Name">The issuer, letter by letter as its tokens name it in <c>iss</c>.</param>
public sealed record TokenIssuer(string Name)
{
    /// <summary>The audience where governance names none: ACL's own, which its clients ask for.</summary>
    public const string DefaultAudience = "https://confidential-ledger.azure.com";

    /// <summary>Stands between an issuer's prefix and the id that its token has; no id has it.</summary>
    public const char PrefixEnd = '#';

    /// <summary>Whom its tokens must be for.</summary>
    public string Audience { get; private init; } = DefaultAudience;

    /// <summary>What the ids of its users begin with, so that they are no other issuer's; null for nothing, as in ACL.</summary>
    public string? UserPrefix { get; private init; }

    /// <summary>Whether its keys are fetched from it.</summary>
    public bool AutoRefresh { get; private init; }

    /// <summary>The bundle of certificates that it is trusted by when keys are fetched; null for none.</summary>
    public string? AuthoritiesName { get; private init; }

    /// <summary>The issuer of a name; null where governance has set none.</summary>
    /// <exception cref="FormatException">The row is none of an issuer.</exception>
    public static TokenIssuer? Find(LedgerTables tables, string name) =>
        tables.TryGet(GovernanceTables.JwtIssuers, Encoding.UTF8.GetBytes(name), out var row) ? Read(name, row) : null;

    /// <summary>All issuers.</summary>
    /// <exception cref="FormatException">A row is none of an issuer.</exception>
    public static IReadOnlyList<TokenIssuer> List(LedgerTables tables) =>
        [.. tables.Rows(GovernanceTables.JwtIssuers).Select(row => Read(Encoding.UTF8.GetString(row.Key.Span), row.Value))];

    /// <summary>The certificates that it is trusted by when keys are fetched, PEM; null where governance has set none.</summary>
    /// <exception cref="FormatException">The row is no text.</exception>
    public string? Authorities(LedgerTables tables)
    {
        if (AuthoritiesName is null) return null;
        if (!tables.TryGet(GovernanceTables.CaCertBundles, Encoding.UTF8.GetBytes(AuthoritiesName), out var row)) return null;
        try
        {
            return JsonSerializer.Deserialize<string>(row.Span);
        }
        catch (JsonException fault)
        {
            throw new FormatException("The bundle of certificates is no JSON string.", fault);
        }
    }

    private static TokenIssuer Read(string name, ReadOnlyMemory<byte> row)
    {
        try
        {
            var json = JsonSerializer.Deserialize<JsonElement>(row.Span);
            return new TokenIssuer(name)
            {
                Audience = Text(json, "audience") ?? DefaultAudience,
                UserPrefix = Text(json, "user_prefix"),
                AutoRefresh = json.TryGetProperty("auto_refresh", out var refresh) && refresh.ValueKind == JsonValueKind.True,
                AuthoritiesName = Text(json, "ca_cert_bundle_name"),
            };
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            throw new FormatException("The row is none of an issuer of tokens.", fault);
        }
    }

    private static string? Text(JsonElement json, string member) =>
        json.TryGetProperty(member, out var value) && value.ValueKind != JsonValueKind.Null ? value.GetString() : null;
}
