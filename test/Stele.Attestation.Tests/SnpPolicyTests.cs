using Stele.Attestation.Snp;

namespace Stele.Attestation.Tests;

/// <summary>What a policy asks of a genuine report.</summary>
public sealed class SnpPolicyTests
{
    private const uint Milan = 0x00A00F11;
    private static SnpEvidence Genuine => Evidence.Snp();
    private static readonly byte[] Other = new byte[48];

    [Fact]
    public void Debug_is_accepted_only_where_the_policy_names_it()
    {
        var debug = Evidence.Snp("snp-milan-v2-vcek-debug");
        Assert.Equal(["policy-no-debug"], Evidence.Names(Evidence.Judge(debug)));
        var verdict = Evidence.Judge(debug, new EvidencePolicy { AllowDebug = true });
        Assert.True(verdict.Accepted);
        Assert.True(verdict.Claims!.Debug);
    }

    [Fact]
    public void One_of_several_measurements_is_enough()
    {
        Assert.Equal([], Failed(new EvidencePolicy { Measurements = [Other, Genuine.Report.Measurement] }));
        Assert.Equal(["measurement-expected"], Failed(new EvidencePolicy { Measurements = [Other] }));
        Assert.Equal(["measurement-expected"], Failed(new EvidencePolicy { Measurements = [] }));
        Assert.Equal(["measurement-expected"], Failed(new EvidencePolicy { Measurements = [Genuine.Report.Measurement[..47]] }));
    }

    [Fact]
    public void Host_data_must_be_one_of_those_that_are_accepted()
    {
        Assert.Equal([], Failed(new EvidencePolicy { HostData = [Genuine.Report.HostData] }));
        Assert.Equal(["host_data-expected"], Failed(new EvidencePolicy { HostData = [new byte[32]] }));
    }

    [Fact]
    public void Report_data_counts_to_its_last_byte()
    {
        var report = Evidence.Snp("snp-milan-v2-vcek").Report.ReportData;
        var genuine = Evidence.Snp("snp-milan-v2-vcek");
        Assert.True(Evidence.Judge(genuine, new EvidencePolicy { ReportData = report }).Accepted);
        Assert.False(Evidence.Judge(genuine, new EvidencePolicy { ReportData = report[..63] }).Accepted);
        Assert.False(Evidence.Judge(genuine, new EvidencePolicy { ReportData = (byte[])[.. report.Span, 0] }).Accepted);
    }

    [Fact]
    public void Minimum_firmware_goes_by_processor()
    {
        var level = Genuine.Report.ReportedTcb.Of(SnpProduct.Milan);
        Assert.Equal(Milan, Genuine.Report.CpuId);
        Assert.Equal([], Failed(Table(Milan, level)));
        Assert.Equal(["tcb-minimum"], Failed(Table(Milan, level with { Microcode = (byte)(level.Microcode + 1) })));
        Assert.Equal(["tcb-minimum"], Failed(Table(0x00A10F11, level)));
        // Version 2 does not tell its processor.
        var old = Evidence.Snp("snp-milan-v2-vcek");
        Assert.Equal(["tcb-minimum"], Evidence.Names(Evidence.Judge(old, Table(Milan, new SnpTcb(0, 0, 0, 0)))));

        static EvidencePolicy Table(uint cpu, SnpTcb minimum) => new()
        {
            MinimumTcbByCpu = new Dictionary<uint, SnpTcb> { [cpu] = minimum },
        };
    }

    [Fact]
    public void A_key_that_a_provider_loaded_is_refused_where_the_policy_says_so()
    {
        var policy = new EvidencePolicy { RequireVcek = true };
        Assert.Equal([], Failed(policy));
        var (provider, asOf) = (Evidence.Snp("snp-milan-v3-vlek-aws"), new DateTimeOffset(2025, 6, 1, 0, 0, 0, TimeSpan.Zero));
        Assert.Equal(["vcek-required"], Evidence.Names(Evidence.Judge(provider, policy, asOf)));
    }

    [Fact]
    public void The_signer_of_the_ID_block_may_be_demanded()
    {
        Assert.Equal([], Failed(new EvidencePolicy { IdKeyDigests = [Genuine.Report.IdKeyDigest] }));
        Assert.Equal(["id-key-expected"], Failed(new EvidencePolicy { IdKeyDigests = [Other] }));
    }

    [Fact]
    public void Firmware_that_the_host_may_take_back_is_refused_where_the_policy_says_so()
    {
        var committed = new EvidencePolicy { RequireCommittedFirmware = true };
        Assert.Equal([], Failed(committed));
        var provisional = Evidence.Snp("snp-milan-v3-vlek-aws");
        var asOf = new DateTimeOffset(2025, 6, 1, 0, 0, 0, TimeSpan.Zero);
        Assert.Equal(["firmware-committed"], Evidence.Names(Evidence.Judge(provisional, committed, asOf)));
    }

    [Fact]
    public void A_revocation_list_may_be_demanded()
    {
        Assert.Contains(
            Evidence.Judge(Genuine).Checks, check => check is { Name: "revocation-list-given", Passed: true, Reason: not null });
        Assert.Equal(["revocation-list-given"], Failed(new EvidencePolicy { RequireRevocationList = true }));
    }

    [Theory]
    [InlineData(0x19, 0x00, SnpProduct.Milan)]
    [InlineData(0x19, 0x11, SnpProduct.Genoa)]
    [InlineData(0x19, 0xA0, SnpProduct.Genoa)]
    [InlineData(0x1A, 0x02, SnpProduct.Turin)]
    [InlineData(0x1A, 0x11, SnpProduct.Turin)]
    [InlineData(0x1A, 0x50, null)]
    [InlineData(0x19, 0x20, null)]
    [InlineData(0x17, 0x01, null)]
    public void A_processor_belongs_to_a_product(byte family, byte model, SnpProduct? product) =>
        Assert.Equal(product, SnpProducts.OfCpu(family, model));

    [Theory]
    [InlineData("DB18000000000004", true)]
    [InlineData("db18000000000004", true)]
    [InlineData("DB1800000000004", false)]
    [InlineData(" DB1800000000004", false)]
    [InlineData("", false)]
    public void A_TCB_version_is_16_digits(string text, bool isOne)
    {
        Assert.Equal(isOne, SnpTcbVersion.TryParse(text, out var version));
        if (isOne) Assert.Equal(new SnpTcb(4, 0, 24, 0xDB), version.Of(SnpProduct.Milan));
    }

    private static IEnumerable<string> Failed(EvidencePolicy policy) => Evidence.Names(Evidence.Judge(Genuine, policy));
}
