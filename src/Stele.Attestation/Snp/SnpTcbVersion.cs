using System.Globalization;

namespace Stele.Attestation.Snp;

/// <summary>A TCB_VERSION of 8 bytes as reports carry it. What each byte means depends on the product.</summary>
/// <param name="Value">The bytes as a little-endian number, which is how AMD, Azure and CCF write it.</param>
public readonly record struct SnpTcbVersion(ulong Value)
{
    // The bytes that a product does not use, which must be zero.
    private const ulong Unused = 0x0000_FFFF_FFFF_0000;
    private const ulong UnusedTurin = 0x00FF_FFFF_0000_0000;

    /// <summary>Reads 16 hexadecimal digits, upper or lower case, such as <c>DB18000000000004</c>.</summary>
    public static bool TryParse(string? text, out SnpTcbVersion version)
    {
        var parsed = ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value);
        version = new SnpTcbVersion(value);
        return parsed && text!.Length == 16;
    }

    /// <summary>The components, as a product lays them out.</summary>
    public SnpTcb Of(SnpProduct product) => product is SnpProduct.Turin
        ? new SnpTcb(BootLoader: Byte(1), Tee: Byte(2), Snp: Byte(3), Microcode: Byte(7), Fmc: Byte(0))
        : new SnpTcb(BootLoader: Byte(0), Tee: Byte(1), Snp: Byte(6), Microcode: Byte(7));

    /// <summary>Whether the bytes that a product does not use are zero.</summary>
    public bool HasZerosElsewhere(SnpProduct product) => (Value & (product is SnpProduct.Turin ? UnusedTurin : Unused)) == 0;

    /// <summary>16 upper-case hexadecimal digits.</summary>
    public override string ToString() => Value.ToString("X16");

    private byte Byte(int index) => (byte)(Value >> (8 * index));
}
