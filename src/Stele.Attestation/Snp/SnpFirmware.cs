namespace Stele.Attestation.Snp;

/// <summary>A version of the firmware on the secure processor.</summary>
/// <param name="Major">The major version.</param>
/// <param name="Minor">The minor version.</param>
/// <param name="Build">The build.</param>
public readonly record struct SnpFirmware(byte Major, byte Minor, byte Build)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Major}.{Minor}.{Build}";
}
