namespace Stele.Attestation.Snp;

/// <summary>A line of AMD processors, each with a root of its own.</summary>
public enum SnpProduct
{
    /// <summary>EPYC 7003.</summary>
    Milan,

    /// <summary>EPYC 9004 and 8004; Bergamo and Siena count as Genoa.</summary>
    Genoa,

    /// <summary>EPYC 9005.</summary>
    Turin,
}

/// <summary>Tells products apart by what names them.</summary>
internal static class SnpProducts
{
    /// <summary>The product of a CPUID family and model; null for one that is not known.</summary>
    public static SnpProduct? OfCpu(byte family, byte model) => (family, model) switch
    {
        (0x19, <= 0x0F) => SnpProduct.Milan,
        (0x19, (>= 0x10 and <= 0x1F) or (>= 0xA0 and <= 0xAF)) => SnpProduct.Genoa,
        (0x1A, <= 0x11) => SnpProduct.Turin,
        _ => null,
    };

    /// <summary>The product in an intermediate's common name (<c>SEV-Milan</c>, <c>SEV-VLEK-Milan</c>); null for another.</summary>
    public static SnpProduct? OfIntermediate(string commonName) => OfName(commonName.Split('-') switch
    {
        ["SEV", var product] => product,
        ["SEV", "VLEK", var product] => product,
        _ => "",
    });

    /// <summary>The product in a certificate's product name, whose stepping follows a dash (<c>Milan-B0</c>); null for another.</summary>
    public static SnpProduct? OfName(string name) => name.Split('-')[0] switch
    {
        "Milan" => SnpProduct.Milan,
        "Genoa" => SnpProduct.Genoa,
        "Turin" => SnpProduct.Turin,
        _ => null,
    };
}
