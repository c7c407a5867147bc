namespace Stele.Attestation.Snp;

/// <summary>The security levels of a processor's firmware, component by component. Never compare them as one number.</summary>
/// <param name="BootLoader">The boot loader's.</param>
/// <param name="Tee">The secure processor's operating system's.</param>
/// <param name="Snp">The SNP firmware's.</param>
/// <param name="Microcode">The lowest of all cores' microcode.</param>
/// <param name="Fmc">The first mutable code's, which only Turin and later have.</param>
public sealed record SnpTcb(byte BootLoader, byte Tee, byte Snp, byte Microcode, byte Fmc = 0)
{
    /// <summary>Whether every component is at least that of another level.</summary>
    public bool IsAtLeast(SnpTcb minimum) =>
        BootLoader >= minimum.BootLoader && Tee >= minimum.Tee && Snp >= minimum.Snp && Microcode >= minimum.Microcode
        && Fmc >= minimum.Fmc;

    /// <inheritdoc/>
    public override string ToString() => $"boot loader {BootLoader}, TEE {Tee}, SNP {Snp}, microcode {Microcode}, FMC {Fmc}";
}
