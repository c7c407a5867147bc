using System.Text.RegularExpressions;
using Stele.Server.Home;

namespace Stele.Server.Sealing;

/// <summary>
/// A key of HashiCorp Vault's transit engine, and how Vault is reached. Holds no secret: the token is read when it is used.
/// </summary>
public sealed partial record VaultKey
{
    private const int TokenLengthMax = 8 * 1024;

    /// <summary>Vault's address: https, or http on this machine (Vault's agent).</summary>
    public required Uri Address { get; init; }

    /// <summary>Where the transit engine is mounted, as <c>transit</c>.</summary>
    public required string Mount { get; init; }

    /// <summary>The key's name.</summary>
    public required string Name { get; init; }

    /// <summary>The file with the token; null for the one in <c>VAULT_TOKEN</c>.</summary>
    public string? TokenFile { get; init; }

    /// <summary>The authority that vouches for Vault, alone (PEM); null for those that the machine trusts.</summary>
    public string? AuthorityFile { get; init; }

    /// <summary>Vault's namespace; null for none.</summary>
    public string? Namespace { get; init; }

    /// <summary>Reads an address as <c>https://vault:8200/transit/keys/stele</c>.</summary>
    /// <returns>The key; null where the text is no such address.</returns>
    public static VaultKey? TryParse(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || !IsSafe(uri)) return null;
        var match = KeyPath().Match(uri.AbsolutePath);
        if (!match.Success || uri is not { Query: "", Fragment: "", UserInfo: "" }) return null;
        return new VaultKey
        {
            Address = new Uri(uri.GetLeftPart(UriPartial.Authority)),
            Mount = match.Groups["mount"].Value,
            Name = match.Groups["name"].Value,
        };
    }

    /// <summary>The token that Vault is asked with.</summary>
    /// <exception cref="LedgerHomeException">There is none.</exception>
    internal string ReadToken()
    {
        if (TokenFile is not { } path)
            return Environment.GetEnvironmentVariable("VAULT_TOKEN") is { Length: > 0 } set
                ? Checked(set, "VAULT_TOKEN")
                : throw new LedgerHomeException("Vault asks for a token: give --seal-token-file, or set VAULT_TOKEN_FILE or VAULT_TOKEN.");
        if (!File.Exists(path)) throw new LedgerHomeException($"{path}, the file of the token for Vault, is not there.");
        return Checked(System.Text.Encoding.ASCII.GetString(SecretFile.ReadPrivate(path)), path);
    }

    private static bool IsSafe(Uri uri) => uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback);

    private static string Checked(string text, string source)
    {
        var token = text.Trim();
        return token.Length is > 0 and <= TokenLengthMax && token.All(one => one is > ' ' and < (char)0x7F)
            ? token
            : throw new LedgerHomeException($"{source} holds no token for Vault.");
    }

    [GeneratedRegex("^/(?<mount>[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*)/keys/(?<name>[A-Za-z0-9_.-]+)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex KeyPath();
}
