namespace Stele.Attestation.Snp;

/// <summary>What a guest's owner allowed at its launch: the POLICY field of a report.</summary>
/// <param name="Value">The 64 bits.</param>
public readonly record struct SnpGuestPolicy(ulong Value)
{
    /// <summary>The lowest minor version of the firmware's interface.</summary>
    public byte AbiMinor => (byte)Value;

    /// <summary>The lowest major version of the firmware's interface.</summary>
    public byte AbiMajor => (byte)(Value >> 8);

    /// <summary>Whether the guest may run where simultaneous multithreading is on.</summary>
    public bool AllowsSmt => Bit(16);

    /// <summary>Whether a migration agent may take the guest elsewhere.</summary>
    public bool AllowsMigration => Bit(18);

    /// <summary>Whether the host may read and write the guest's memory.</summary>
    public bool AllowsDebug => Bit(19);

    /// <summary>Whether the guest runs on one socket only.</summary>
    public bool SingleSocket => Bit(20);

    /// <summary>Whether CXL devices may be there.</summary>
    public bool AllowsCxl => Bit(21);

    /// <summary>Whether AES-256-XTS is demanded for memory.</summary>
    public bool DemandsAes256Xts => Bit(22);

    /// <summary>Whether the power meter (RAPL) must be off.</summary>
    public bool DemandsRaplOff => Bit(23);

    /// <summary>Whether hiding of ciphertexts in memory is demanded.</summary>
    public bool DemandsCiphertextHiding => Bit(24);

    /// <summary>Whether the host may not swap pages of the guest.</summary>
    public bool DisablesPageSwap => Bit(25);

    /// <summary>Whether the reserved bits are as they must be: bit 17 set, 26 and above clear.</summary>
    public bool IsWellFormed => Bit(17) && Value >> 26 == 0;

    private bool Bit(int number) => (Value >> number & 1) != 0;
}
