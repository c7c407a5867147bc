using Stele.Governance.Nodes;
using Stele.Server.Attestation;
using Stele.Server.Attestation.Tsm;

namespace Stele.Server.Tests.Attestation;

/// <summary>Evidence through configfs-tsm, as the kernel documents it.</summary>
public sealed class TsmReportsTests
{
    private static readonly byte[] ReportData = [.. Enumerable.Range(1, 64).Select(number => (byte)number)];

    [Fact]
    public async Task The_report_is_of_the_data_that_was_written()
    {
        using var kernel = new KernelImitation((data, _) => [.. "report of "u8, .. data]);
        var evidence = await Reports(kernel).GetAsync(ReportData, Cancel);
        Assert.Equal(NodeEvidence.SnpFormat, evidence.Format);
        Assert.Equal([.. "report of "u8, .. ReportData], evidence.Quote.ToArray());
        Assert.Equal(0, evidence.Certificates.Length);
        Assert.True(kernel.IsClean);
    }

    [Fact]
    public async Task A_trust_domains_quote_comes_from_the_same_place()
    {
        using var kernel = new KernelImitation((data, _) => data) { Provider = "tdx_guest" };
        Assert.Equal(NodeEvidence.TdxFormat, (await Reports(kernel).GetAsync(ReportData, Cancel)).Format);
    }

    [Fact]
    public async Task The_hosts_certificates_come_along()
    {
        using var kernel = new KernelImitation((data, _) => data) { Certificates = [.. Enumerable.Repeat((byte)7, 12_000)] };
        Assert.Equal(kernel.Certificates, (await Reports(kernel).GetAsync(ReportData, Cancel)).Certificates.ToArray());
    }

    [Fact]
    public async Task The_least_privilege_level_that_the_kernel_gives_is_asked_for()
    {
        using var kernel = new KernelImitation((_, level) => [(byte)level]) { Floor = 2 };
        Assert.Equal([2], (await Reports(kernel).GetAsync(ReportData, Cancel)).Quote.ToArray());
        Assert.Equal([3], (await Reports(kernel, privilege: 3).GetAsync(ReportData, Cancel)).Quote.ToArray());
        var refused = await Assert.ThrowsAsync<EvidenceException>(() => Reports(kernel, privilege: 1).GetAsync(ReportData, Cancel));
        Assert.Contains("level 1 is below 2", refused.Message, StringComparison.Ordinal);
        Assert.True(kernel.IsClean);
    }

    [Fact]
    public async Task A_report_that_another_process_changed_meanwhile_is_asked_for_again()
    {
        using var kernel = new KernelImitation((data, _) => data) { Meddlings = 3 };
        Assert.Equal(ReportData, (await Reports(kernel).GetAsync(ReportData, Cancel)).Quote.ToArray());
        Assert.Equal(0, kernel.Meddlings);
    }

    [Fact]
    public async Task A_report_that_is_changed_each_time_is_given_up()
    {
        using var kernel = new KernelImitation((data, _) => data) { Meddlings = int.MaxValue };
        await Assert.ThrowsAsync<EvidenceException>(() => Reports(kernel).GetAsync(ReportData, Cancel));
        Assert.True(kernel.IsClean);
    }

    [Fact]
    public async Task A_provider_that_is_unknown_is_named()
    {
        using var kernel = new KernelImitation((data, _) => data) { Provider = "arm_cca_guest" };
        var refused = await Assert.ThrowsAsync<EvidenceException>(() => Reports(kernel).GetAsync(ReportData, Cancel));
        Assert.Contains("arm_cca_guest", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Attributes_of_any_size_are_read_up_to_a_bound()
    {
        using var kernel = new KernelImitation((_, _) => new byte[60_000]) { Certificates = [] };
        Assert.Equal(60_000, (await Reports(kernel).GetAsync(ReportData, Cancel)).Quote.Length);
        using var endless = new KernelImitation((data, _) => data) { Provider = new string('x', 5000) };
        var refused = await Assert.ThrowsAsync<EvidenceException>(() => Reports(endless).GetAsync(ReportData, Cancel));
        Assert.Contains("more than 4096 bytes", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_without_a_platform_behind_it_is_none()
    {
        const int noSuchDevice = 6;
        using var kernel = new KernelImitation((data, _) => data);
        Assert.True(Reports(kernel).HasProvider());
        Assert.True(kernel.IsClean);
        Assert.False(Reports(kernel, make: _ => throw new IOException("ENXIO", noSuchDevice)).HasProvider());
        Assert.False(new TsmReports("/sys/kernel/no-such", null, TimeProvider.System).HasProvider());
        Assert.Throws<EvidenceException>(() => Reports(kernel, make: _ => throw new UnauthorizedAccessException()).HasProvider());
    }

    internal static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static TsmReports Reports(KernelImitation kernel, int? privilege = null, Action<string>? make = null) =>
        new(kernel.Directory, privilege, TimeProvider.System, make ?? kernel.Make, kernel.Remove);
}
