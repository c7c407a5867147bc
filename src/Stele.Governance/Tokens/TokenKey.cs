namespace Stele.Governance.Tokens;

/// <summary>A key that an issuer signs tokens with.</summary>
/// <param name="Id">Its name in tokens, <c>kid</c>.</param>
/// <param name="PublicKey">The key, DER of its SubjectPublicKeyInfo (RFC 5280).</param>
public sealed record TokenKey(string Id, ReadOnlyMemory<byte> PublicKey)
{
    /// <summary>The longest id in characters.</summary>
    public const int IdLengthMax = 256;

    /// <summary>How many keys an issuer has at most.</summary>
    public const int KeysMax = 64;
}
