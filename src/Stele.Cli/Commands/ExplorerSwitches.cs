using System.CommandLine;
using Stele.Explorer;

namespace Stele.Cli.Commands;

/// <summary>The options that say whether a node has the explorer, and where its users sign in.</summary>
internal static class ExplorerSwitches
{
    private static readonly Option<bool> Off = new("--no-explorer")
    {
        Description = "serve no explorer: the page under /explorer/ to look around in",
    };

    private static readonly Option<string?> Issuer = new("--explorer-issuer")
    {
        Description = "an OpenID Connect issuer at which the explorer's users sign in, beside client certificates",
        HelpName = "URL",
    };

    private static readonly Option<string?> ClientId = new("--explorer-client-id")
    {
        Description = "the explorer's client id at that issuer: a public client, with PKCE",
        HelpName = "ID",
    };

    private static readonly Option<string?> Scope = new("--explorer-scope")
    {
        Description = "the scopes that the explorer asks the issuer for [openid]",
        HelpName = "SCOPES",
    };

    private static readonly Option<string?> Resource = new("--explorer-resource")
    {
        Description = "the resource (RFC 8707) that the explorer asks the issuer for tokens for, where the issuer wants one",
        HelpName = "URI",
    };

    /// <summary>All of them.</summary>
    public static readonly Option[] All = [Off, Issuer, ClientId, Scope, Resource];

    static ExplorerSwitches()
    {
        Issuer.MustBe(
            url => Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps, "an https address");
        ClientId.MustBe(id => id is not "", "a client id");
    }

    /// <summary>What a command line says by them; null for a node without explorer.</summary>
    /// <exception cref="CommandFailedException">An issuer without a client id, or the other way round.</exception>
    public static ExplorerOptions? OptionsOf(ParseResult parsed)
    {
        if (parsed.GetValue(Off)) return null;
        var (issuer, client) = (parsed.GetValue(Issuer), parsed.GetValue(ClientId));
        if (issuer is null != client is null)
            throw new CommandFailedException("--explorer-issuer and --explorer-client-id belong together.", ExitCode.Usage);
        return new ExplorerOptions
        {
            Issuer = issuer is null ? null : new Uri(issuer),
            ClientId = client,
            Scope = parsed.GetValue(Scope) ?? "openid",
            Resource = parsed.GetValue(Resource),
        };
    }
}
