using System.CommandLine;
using Stele.Server.Attestation;
using Stele.Server.Sealing;

namespace Stele.Cli.Commands;

/// <summary>The options that say what a node's secrets are sealed by.</summary>
internal static class SealingOptions
{
    /// <summary>What is right for a way, as an error says it.</summary>
    public const string Ways = "platform, key-file, key-file:PATH or vault:https://HOST:8200/transit/keys/NAME";

    private static readonly Option<string?> Seal = new("--seal")
    {
        Description = "what opens the node's keys: platform (SEV-SNP), key-file[:PATH], vault:https://HOST:8200/transit/keys/NAME "
            + "[platform where there is one, else key-file; also: STELE_SEAL]",
        HelpName = "WAY",
        DefaultValueFactory = _ => Set("STELE_SEAL"),
    };

    private static readonly Option<string?> TokenFile = new("--seal-token-file")
    {
        Description = "the file with the token for Vault [VAULT_TOKEN_FILE; or the token itself in VAULT_TOKEN]",
        HelpName = "FILE",
        DefaultValueFactory = _ => Set("VAULT_TOKEN_FILE"),
    };

    private static readonly Option<string?> Authority = new("--seal-ca")
    {
        Description = "the authority that vouches for Vault, alone [VAULT_CACERT, or those that the machine trusts]",
        HelpName = "PEM",
        DefaultValueFactory = _ => Set("VAULT_CACERT"),
    };

    private static readonly Option<string?> Namespace = new("--seal-namespace")
    {
        Description = "Vault's namespace [VAULT_NAMESPACE]",
        HelpName = "NAME",
        DefaultValueFactory = _ => Set("VAULT_NAMESPACE"),
    };

    /// <summary>The names that options have in Vault's own environment.</summary>
    public static IReadOnlyDictionary<Option, string> Variables { get; } = new Dictionary<Option, string>
    {
        [TokenFile] = "VAULT_TOKEN_FILE",
        [Authority] = "VAULT_CACERT",
        [Namespace] = "VAULT_NAMESPACE",
    };

    static SealingOptions() => Seal.MustBe(text => text is null || SealWay.TryParse(text) is not null, Ways);

    public static IReadOnlyList<Option> All { get; } = [Seal, TokenFile, Authority, Namespace];

    /// <summary>Gives them to a command.</summary>
    public static void AddTo(Command command)
    {
        foreach (var option in All) command.Options.Add(option);
    }

    /// <summary>The way that a command line says; null for what the machine has.</summary>
    public static SealWay? WayOf(ParseResult parsed) =>
        parsed.GetValue(Seal) is { Length: > 0 } text ? WayOf(text, parsed) : null;

    /// <summary>A way that another option says, in which Vault is reached as these say.</summary>
    /// <exception cref="CommandFailedException">The text says none.</exception>
    public static SealWay WayOf(string text, ParseResult parsed) => SealWay.TryParse(text) switch
    {
        SealWay.Vault vault => new SealWay.Vault(vault.Key with
        {
            TokenFile = parsed.GetValue(TokenFile),
            AuthorityFile = parsed.GetValue(Authority),
            Namespace = parsed.GetValue(Namespace),
        }),
        { } way => way,
        null => throw new CommandFailedException($"--seal, or STELE_SEAL, must be {Ways}.", ExitCode.Usage),
    };

    /// <summary>What a command line says, on this machine.</summary>
    public static SealOptions OptionsOf(ParseResult parsed) => new(WayOf(parsed), new PlatformOptions());

    private static string? Set(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
