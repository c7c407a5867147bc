namespace Stele.Attestation.Dcap;

/// <summary>Compares bytes of which a mask says which bits count.</summary>
internal static class Masked
{
    /// <summary>Whether a value, masked, is what is expected.</summary>
    public static bool Equal(ReadOnlySpan<byte> value, ReadOnlySpan<byte> mask, ReadOnlySpan<byte> expected)
    {
        for (var at = 0; at < value.Length; at++)
            if ((value[at] & mask[at]) != expected[at]) return false;
        return true;
    }
}
