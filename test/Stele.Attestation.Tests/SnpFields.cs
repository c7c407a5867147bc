using System.Formats.Asn1;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Stele.Attestation.Azure;
using Stele.Attestation.Formats;
using Stele.Attestation.Snp;

namespace Stele.Attestation.Tests;

/// <summary>Writes what was read in the names and forms of the vectors' <c>fields.json</c>.</summary>
internal static class SnpFields
{
    private static readonly (string Name, string Extension)[] Levels =
    [
        ("bl", "3.1"), ("tee", "3.2"), ("snp", "3.3"), ("spl4", "3.4"), ("spl5", "3.5"), ("spl6", "3.6"), ("spl7", "3.7"), ("ucode", "3.8"),
        ("struct_version", "1"),
    ];

    public static JsonObject Of(SnpReport report, EndorsementKey key)
    {
        var product = report.Product ?? SnpProducts.OfName(key.ProductName)!.Value;
        var fields = Of(report);
        fields["cert"] = Of(key);
        fields["product"] = product.ToString();
        fields["vek_cn"] = key.Certificate.Subject.CommonName;
        var tcb = report.ReportedTcb.Of(product);
        fields["reported"] = new JsonObject
        {
            ["bl"] = tcb.BootLoader,
            ["tee"] = tcb.Tee,
            ["snp"] = tcb.Snp,
            ["ucode"] = tcb.Microcode,
            ["reserved"] = report.ReportedTcb.HasZerosElsewhere(product) ? "00000000" : "used",
        };
        fields["tcb_order"] = new JsonObject
        {
            ["reported_le_committed"] = report.CommittedTcb.Of(product).IsAtLeast(tcb),
            ["committed_le_current"] = report.CurrentTcb.Of(product).IsAtLeast(report.CommittedTcb.Of(product)),
            ["launch_le_current"] = report.CurrentTcb.Of(product).IsAtLeast(report.LaunchTcb.Of(product)),
        };
        return fields;
    }

    public static JsonObject Of(UvmEndorsement uvm) => new()
    {
        ["alg"] = uvm.Algorithm,
        ["iss"] = uvm.Issuer,
        ["feed"] = uvm.Feed,
        ["leaf_validity"] = $"{uvm.Chain[0].NotBefore:yyyy-MM-dd}..{uvm.Chain[0].NotAfter:yyyy-MM-dd}",
        ["signingtime"] = uvm.SigningTime.ToUnixTimeSeconds().ToString(),
        ["svn"] = uvm.Svn.ToString(),
        ["measurement"] = Hex(uvm.Measurement),
    };

    public static string Hex(ReadOnlyMemory<byte> bytes) => Convert.ToHexStringLower(bytes.Span);

    private static JsonObject Of(SnpReport report) => new()
    {
        ["version"] = report.Version,
        ["guest_svn"] = report.GuestSvn,
        ["policy"] = report.Policy.Value,
        ["family_id"] = Hex(report.FamilyId),
        ["image_id"] = Hex(report.ImageId),
        ["vmpl"] = report.Vmpl,
        ["signature_algo"] = report.SignatureAlgorithm,
        ["current_tcb"] = Hex(report.CurrentTcb),
        ["platform_info"] = report.PlatformInfo,
        ["key_flags"] = report.KeyFlags,
        ["report_data"] = Hex(report.ReportData),
        ["measurement"] = Hex(report.Measurement),
        ["host_data"] = Hex(report.HostData),
        ["id_key_digest"] = Hex(report.IdKeyDigest),
        ["author_key_digest"] = Hex(report.AuthorKeyDigest),
        ["report_id"] = Hex(report.ReportId),
        ["report_id_ma"] = Hex(report.MigrationAgentReportId),
        ["reported_tcb"] = Hex(report.ReportedTcb),
        ["chip_id"] = Hex(report.ChipId),
        ["committed_tcb"] = Hex(report.CommittedTcb),
        ["current_build"] = report.CurrentFirmware.Build,
        ["current_minor"] = report.CurrentFirmware.Minor,
        ["current_major"] = report.CurrentFirmware.Major,
        ["committed_build"] = report.CommittedFirmware.Build,
        ["committed_minor"] = report.CommittedFirmware.Minor,
        ["committed_major"] = report.CommittedFirmware.Major,
        ["launch_tcb"] = Hex(report.LaunchTcb),
        ["policy_fields"] = Of(report.Policy),
        ["author_key_en"] = Bit(report.HasAuthorKey),
        ["mask_chip_key"] = Bit(report.MasksChipKey),
        ["signing_key"] = report.SigningKey,
        ["fam"] = Cpu(report, report.CpuFamily),
        ["mod"] = Cpu(report, report.CpuModel),
        ["step"] = Cpu(report, report.CpuStepping),
        ["sig_tail_zero"] = report.Signature is not null,
        ["mbz_ok"] = report.ReservedIsZero,
    };

    private static JsonObject Of(SnpGuestPolicy policy) => new()
    {
        ["abi_minor"] = policy.AbiMinor,
        ["abi_major"] = policy.AbiMajor,
        ["smt"] = Bit(policy.AllowsSmt),
        ["mbo"] = Bit(policy.IsWellFormed),
        ["migrate_ma"] = Bit(policy.AllowsMigration),
        ["debug"] = Bit(policy.AllowsDebug),
        ["single_socket"] = Bit(policy.SingleSocket),
        ["cxl_allow"] = Bit(policy.AllowsCxl),
        ["mem_aes_256_xts"] = Bit(policy.DemandsAes256Xts),
        ["rapl_dis"] = Bit(policy.DemandsRaplOff),
        ["ciphertext_hiding"] = Bit(policy.DemandsCiphertextHiding),
        ["page_swap_disable"] = Bit(policy.DisablesPageSwap),
    };

    private static JsonObject Of(EndorsementKey key)
    {
        var fields = new JsonObject { ["product_name"] = key.ProductName };
        foreach (var (name, number) in Levels)
            fields[name] = (int)Read(key, number, reader => reader.ReadInteger(), BigInteger.MinusOne);
        if (key.IsVcek)
            fields["hwid"] = Hex(key.HardwareId);
        else
            fields["csp_id"] = Read(key, "5", reader => reader.ReadCharacterString(UniversalTagNumber.IA5String), "");
        return fields;
    }

    private static T Read<T>(EndorsementKey key, string number, Func<AsnReader, T> read, T missing) =>
        key.Certificate.Extension("1.3.6.1.4.1.3704.1." + number) is { } value ? Der.Read(value, number, read) : missing;

    private static string Hex(SnpTcbVersion version) => Convert.ToHexStringLower(BitConverter.GetBytes(version.Value));

    private static int Bit(bool value) => value ? 1 : 0;

    private static JsonNode? Cpu(SnpReport report, byte value) => report.HasCpu ? JsonValue.Create(value) : null;
}

/// <summary>Compares what was read with what others have read.</summary>
internal static class Fields
{
    /// <summary>Expects every value that others have read, but those that are named, and no other.</summary>
    public static void Equal(JsonElement expected, JsonObject found, params string[] elsewhere)
    {
        foreach (var member in expected.EnumerateObject().Where(member => !elsewhere.Contains(member.Name)))
        {
            Assert.True(found.Remove(member.Name, out var value), $"{member.Name} was not read.");
            Assert.True(
                JsonNode.DeepEquals(JsonNode.Parse(member.Value.GetRawText()), JsonNode.Parse(value?.ToJsonString() ?? "null")),
                $"{member.Name}: {value?.ToJsonString()} instead of {member.Value.GetRawText()}");
        }

        Assert.Empty(found.Select(member => member.Key));
    }
}
