namespace Stele.Client;

/// <summary>The rules by which a ledger's members decide.</summary>
public sealed class Constitution
{
    internal Constitution(string digest, string script) => (Digest, Script) = (digest, script);

    /// <summary>SHA-256 of the script's UTF-8, hexadecimal.</summary>
    public string Digest { get; }

    /// <summary>The script, JavaScript.</summary>
    public string Script { get; }
}
