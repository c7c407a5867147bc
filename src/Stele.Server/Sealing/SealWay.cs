namespace Stele.Server.Sealing;

/// <summary>What opens a node's secrets, which lie sealed in its files.</summary>
public abstract record SealWay
{
    private const string VaultPrefix = "vault:";
    private const string KeyFilePrefix = "key-file:";

    private SealWay()
    {
    }

    /// <summary>The way's name, as it stands in sealed files.</summary>
    public abstract string Name { get; }

    /// <summary>A key that the processor derives for what was started on it, and for nothing else: SEV-SNP.</summary>
    public sealed record Platform : SealWay
    {
        /// <inheritdoc/>
        public override string Name => "platform";
    }

    /// <summary>32 random bytes in a file (0600).</summary>
    /// <param name="Path">The file; null for <c>keys/seal-key</c> in the data directory.</param>
    public sealed record KeyFile(string? Path = null) : SealWay
    {
        /// <inheritdoc/>
        public override string Name => "key-file";
    }

    /// <summary>A data key that HashiCorp Vault's transit engine wraps.</summary>
    /// <param name="Key">The key in Vault, and how Vault is reached.</param>
    public sealed record Vault(VaultKey Key) : SealWay
    {
        /// <inheritdoc/>
        public override string Name => "vault";
    }

    /// <summary>
    /// Reads <c>platform</c>, <c>key-file</c>, <c>key-file:PATH</c> or <c>vault:https://HOST:PORT/MOUNT/keys/NAME</c>.
    /// </summary>
    /// <returns>The way; null where the text is none of these.</returns>
    public static SealWay? TryParse(string text) => text switch
    {
        "platform" => new Platform(),
        "key-file" => new KeyFile(),
        _ when text.StartsWith(KeyFilePrefix, StringComparison.Ordinal) && text.Length > KeyFilePrefix.Length =>
            new KeyFile(Path.GetFullPath(text[KeyFilePrefix.Length..])),
        _ when text.StartsWith(VaultPrefix, StringComparison.Ordinal) && VaultKey.TryParse(text[VaultPrefix.Length..]) is { } key =>
            new Vault(key),
        _ => null,
    };
}
