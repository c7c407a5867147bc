namespace Stele.Attestation.Dcap;

/// <summary>What a trust domain may consist of: what was loaded, and what its registers have been extended with.</summary>
public sealed record TrustDomain
{
    /// <summary>How many registers there are.</summary>
    public const int RegisterCount = 4;

    /// <summary>What was loaded (MRTD), 48 bytes; null for anything.</summary>
    public ReadOnlyMemory<byte>? Measurement { get; init; }

    /// <summary>RTMR0 to RTMR3, 48 bytes each; null for any value.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>?> Registers { get; init; } = new ReadOnlyMemory<byte>?[RegisterCount];

    /// <summary>Whether a trust domain is such a one.</summary>
    public bool Fits(AttestationClaims claims) =>
        Is(Measurement, claims.Measurement)
        && claims.Registers.Count == Registers.Count
        && Registers.Zip(claims.Registers).All(pair => Is(pair.First, pair.Second));

    /// <inheritdoc/>
    public override string ToString()
    {
        var parts = Registers.Select((value, at) => Named($"RTMR{at}", value)).Prepend(Named("MRTD", Measurement));
        return string.Join(' ', parts.OfType<string>());
    }

    private static bool Is(ReadOnlyMemory<byte>? expected, ReadOnlyMemory<byte> found) =>
        expected is not { } value || value.Span.SequenceEqual(found.Span);

    private static string? Named(string name, ReadOnlyMemory<byte>? value) =>
        value is { } known ? $"{name} {Convert.ToHexStringLower(known.Span)}" : null;
}
