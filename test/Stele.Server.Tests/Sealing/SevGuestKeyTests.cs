using Stele.Server.Attestation;
using Stele.Server.Attestation.Sev;
using Stele.Server.Home;
using Stele.Server.Sealing;

namespace Stele.Server.Tests.Sealing;

/// <summary>Keys out of the processor, and a node's secrets sealed by them.</summary>
public sealed class SevGuestKeyTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("stele-sealing-").FullName;

    public void Dispose() => Directory.Delete(_home, recursive: true);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void The_request_is_the_kernels_structure_byte_for_byte()
    {
        Assert.Equal((3u << 30) | (32u << 16) | ('S' << 8) | 1, SevGuestRequest.GetDerivedKey);
        Span<byte> request = stackalloc byte[SevGuestRequest.KeyRequestBytes];
        request.Fill(0xEE);
        SevGuestRequest.WriteKey(request, fields: 0x0102030405060708, privilege: 2);
        Assert.Equal(
            "00000000" + "00000000" + "0807060504030201" + "02000000" + "00000000" + "0000000000000000", Convert.ToHexString(request));
    }

    [Fact]
    public async Task A_guest_gets_its_key_again_and_another_measurement_policy_chip_or_level_gets_another()
    {
        var known = await KeyAsync(new ImitatedKeyDevice());
        Assert.Equal(32, known.Length);
        Assert.Equal(known, await KeyAsync(new ImitatedKeyDevice()));
        // An update of the firmware takes nothing away.
        Assert.Equal(known, await KeyAsync(new ImitatedKeyDevice { Tcb = 9 }));
        Assert.NotEqual(known, await KeyAsync(new ImitatedKeyDevice { Measurement = 2 }));
        Assert.NotEqual(known, await KeyAsync(new ImitatedKeyDevice { Policy = 0x80000 }));
        Assert.NotEqual(known, await KeyAsync(new ImitatedKeyDevice { Chip = 2 }));
        Assert.NotEqual(known, await KeyAsync(new ImitatedKeyDevice(), privilege: 1));
    }

    [Fact]
    public async Task A_busy_host_is_asked_again_and_a_refusal_is_said()
    {
        var time = new Support.ManualTime();
        var asked = new SevGuestKeys(() => new ImitatedKeyDevice { Busy = 2 }, 0, time).DeriveAsync(Cancel);
        while (!asked.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
        Assert.Equal(await KeyAsync(new ImitatedKeyDevice()), await asked);
        var refused = await Assert.ThrowsAsync<EvidenceException>(() => KeyAsync(new ImitatedKeyDevice { Fails = true }));
        Assert.Contains("firmware error 0x16", refused.Message, StringComparison.Ordinal);
        refused = await Assert.ThrowsAsync<EvidenceException>(() => KeyAsync(new ImitatedKeyDevice { Status = 0x16 }));
        Assert.Contains("status 0x16", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<EvidenceException>(
            () => new SevGuestKeys(() => SevGuestDevice.Open("/dev/no-such"), 0, TimeProvider.System).DeriveAsync(Cancel));
    }

    [Fact]
    public async Task The_platform_seals_by_default_where_it_can_and_an_upgrade_is_told_the_way_out()
    {
        using (var home = await OpenAsync(new ImitatedKeyDevice()))
            Assert.IsType<SealWay.Platform>(home.Seal.Way);
        Assert.False(File.Exists(Path.Combine(_home, "keys", SealedFiles.KeyFile)));
        (await OpenAsync(new ImitatedKeyDevice())).Dispose();
        var refused = await Assert.ThrowsAsync<LedgerHomeException>(() => OpenAsync(new ImitatedKeyDevice { Measurement = 2 }));
        Assert.Contains("stele node seal", refused.Message, StringComparison.Ordinal);
        Assert.Contains("another measurement", refused.Message, StringComparison.Ordinal);

        // The way over an upgrade: out of the platform's hands before it, and back into them behind it.
        var keyFile = new SealWay.KeyFile(Path.Combine(_home, "carried"));
        Assert.Equal(6, await ResealAsync(new ImitatedKeyDevice(), keyFile));
        Assert.Equal(6, await Resealing.RunAsync(
            _home, Options(new ImitatedKeyDevice { Measurement = 2 }) with { Way = keyFile },
            Options(new ImitatedKeyDevice { Measurement = 2 }), TimeProvider.System, Cancel));
        (await OpenAsync(new ImitatedKeyDevice { Measurement = 2 })).Dispose();
    }

    [Fact]
    public async Task A_plain_key_that_somebody_has_put_in_a_nodes_way_is_not_taken()
    {
        var path = Path.Combine(_home, "keys", "node.pem");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        SecretFile.OfPersons.NewKey(path).Dispose();
        var refused = await Assert.ThrowsAsync<LedgerHomeException>(() => OpenAsync(new ImitatedKeyDevice()));
        Assert.Contains("not sealed", refused.Message, StringComparison.Ordinal);
        Assert.False(SealedFiles.IsSealed(path));
        Assert.Equal(1, await ResealAsync(new ImitatedKeyDevice(), new SealWay.Platform()));
        (await OpenAsync(new ImitatedKeyDevice())).Dispose();
    }

    [Fact]
    public void An_enclave_that_gives_no_key_must_be_told()
    {
        var platform = new PlatformOptions
        {
            SevGuestDevice = "/dev/no-such",
            TdxGuestDevice = "/dev/null",
            TsmDirectory = "/dev/no-such",
        };
        Assert.Contains("--seal vault:", Assert.Throws<EvidenceException>(() => Chosen(platform)).Message, StringComparison.Ordinal);
        // A directory in which another can be made, as configfs-tsm is where a platform stands behind it.
        Assert.Throws<EvidenceException>(() => Chosen(platform with { TdxGuestDevice = "/dev/no-such", TsmDirectory = _home }));
        Assert.IsType<SealWay.KeyFile>(Chosen(platform with { TdxGuestDevice = "/dev/no-such" }));
        Assert.IsType<SealWay.Platform>(Chosen(platform with { SevGuestDevice = "/dev/null" }));

        static SealWay Chosen(PlatformOptions platform) => new SealOptions(null, platform).Chosen(TimeProvider.System);
    }

    private static Task<byte[]> KeyAsync(ImitatedKeyDevice device, int privilege = 0) =>
        new SevGuestKeys(() => device, privilege, TimeProvider.System).DeriveAsync(Cancel);

    private static SealOptions Options(ImitatedKeyDevice device) => new(null, new PlatformOptions { GuestDevice = () => device });

    private Task<LedgerHome> OpenAsync(ImitatedKeyDevice device) =>
        LedgerHome.OpenOrCreateAsync(_home, [], Options(device), TimeProvider.System, Cancel);

    private Task<int> ResealAsync(ImitatedKeyDevice device, SealWay to) =>
        Resealing.RunAsync(_home, Options(device), Options(device) with { Way = to }, TimeProvider.System, Cancel);
}
