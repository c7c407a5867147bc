using System.Globalization;
using System.Text.Json;
using Stele.Attestation.Snp;

namespace Stele.Governance.Nodes;

/// <summary>A row of minimum TCB versions, in CCF's JSON (its <c>TcbVersionPolicy</c>).</summary>
internal static class TcbRow
{
    private const int CpuDigits = 8;

    /// <summary>Reads a row.</summary>
    /// <exception cref="FormatException">The processor is unknown, or a component is missing, too large, or not its.</exception>
    public static (uint Cpu, SnpTcb Minimum) Read(string cpuId, ReadOnlyMemory<byte> value)
    {
        var (cpu, product) = Processor(cpuId);
        using var row = RowJson.Object(value);
        byte Needed(string name) => Component(row.RootElement, name) ?? throw new FormatException($"The TCB of {cpuId} lacks {name}.");
        var fmc = Component(row.RootElement, "fmc");
        if (product is SnpProduct.Turin != fmc is not null)
            throw new FormatException($"The TCB of {cpuId}, {product}, must {(fmc is null ? "" : "not ")}have fmc.");
        return (cpu, new SnpTcb(Needed("boot_loader"), Needed("tee"), Needed("snp"), Needed("microcode"), fmc ?? 0));
    }

    /// <summary>The row of a TCB version: its components, and itself.</summary>
    /// <param name="cpuId">The processor, 8 hexadecimal digits.</param>
    /// <param name="version">The version as reports have it.</param>
    /// <exception cref="FormatException">The processor is unknown.</exception>
    public static byte[] Write(string cpuId, SnpTcbVersion version)
    {
        var (_, product) = Processor(cpuId);
        var tcb = version.Of(product);
        return Json.Write(json =>
        {
            json.WriteStartObject();
            json.WriteNumber("boot_loader", tcb.BootLoader);
            if (product is SnpProduct.Turin) json.WriteNumber("fmc", tcb.Fmc);
            json.WriteString("hexstring", version.ToString().ToLowerInvariant());
            json.WriteNumber("microcode", tcb.Microcode);
            json.WriteNumber("snp", tcb.Snp);
            json.WriteNumber("tee", tcb.Tee);
            json.WriteEndObject();
        });
    }

    /// <summary>A processor as rows name it.</summary>
    public static string KeyOf(uint cpu) => cpu.ToString($"x{CpuDigits}", CultureInfo.InvariantCulture);

    private static (uint Cpu, SnpProduct Product) Processor(string cpuId) =>
        cpuId.Length == CpuDigits
        && uint.TryParse(cpuId, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var cpu)
        && KeyOf(cpu) == cpuId
        && SnpReport.ProductOf(cpu) is { } product
            ? (cpu, product)
            : throw new FormatException($"{cpuId} is no CPUID (8 lower-case hexadecimal digits) of a known processor.");

    private static byte? Component(JsonElement row, string name) =>
        !row.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetByte(out var number) ? number
        : throw new FormatException($"{name} must be a number from 0 to 255.");
}
