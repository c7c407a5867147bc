using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Stele.Governance.Nodes;
using Stele.Server.Attestation;
using Stele.Server.Attestation.Sev;
using Stele.Server.Tests.Support;

namespace Stele.Server.Tests.Attestation;

/// <summary>Evidence through <c>/dev/sev-guest</c>: the structures byte for byte, and what the host may answer.</summary>
public sealed class SevGuestTests
{
    private static readonly byte[] ReportData = [.. Enumerable.Range(1, 64).Select(number => (byte)number)];
    private static readonly byte[] Report = [.. Enumerable.Range(0, 1184).Select(number => (byte)(number % 251))];

    [Fact]
    public void The_requests_have_the_numbers_that_the_kernel_gives_them()
    {
        // _IOWR(type, number, size): direction in 2 bits, size in 14, type in 8, number in 8.
        static uint Iowr(char type, uint number, uint size) => (3u << 30) | (size << 16) | ((uint)type << 8) | number;
        Assert.Equal(SevGuestRequest.GetReport, Iowr('S', 0, 32));
        Assert.Equal(SevGuestRequest.GetExtendedReport, Iowr('S', 2, 32));
    }

    [Fact]
    public void The_argument_is_the_kernels_structure_byte_for_byte()
    {
        Span<byte> argument = stackalloc byte[SevGuestRequest.ArgumentBytes];
        argument.Fill(0xEE);
        SevGuestRequest.WriteArgument(argument, unchecked((nint)0x1122334455667788), unchecked((nint)0x0A0B0C0D0E0F1011));
        Assert.Equal(
            "01000000000000008877665544332211" + "11100F0E0D0C0B0A0000000000000000", Convert.ToHexString(argument));
    }

    [Fact]
    public void An_extended_request_is_the_kernels_structure_byte_for_byte()
    {
        Span<byte> request = stackalloc byte[SevGuestRequest.ExtendedRequestBytes];
        request.Fill(0xEE);
        SevGuestRequest.WriteReport(request, ReportData, privilege: 2);
        SevGuestRequest.WriteCertificates(request, unchecked((nint)0x1122334455667788), 0x4000);
        Assert.Equal(
            Convert.ToHexString(ReportData) + "02000000" + new string('0', 56) + "8877665544332211" + "00400000" + "00000000",
            Convert.ToHexString(request));
    }

    [Fact]
    public async Task The_report_and_the_certificates_are_where_the_kernel_puts_them()
    {
        var device = new ImitatedDevice { Certificates = [.. Enumerable.Repeat((byte)9, 5000)] };
        var evidence = await Reports(device).GetAsync(ReportData, Cancel);
        Assert.Equal(NodeEvidence.SnpFormat, evidence.Format);
        Assert.Equal(Report, evidence.Quote.ToArray());
        Assert.Equal(device.Certificates, evidence.Certificates[..5000].ToArray());
        Assert.Equal([SevGuestRequest.GetExtendedReport], device.Requests);
        Assert.Equal(1, device.Closed);
    }

    [Fact]
    public async Task More_room_is_made_for_certificates_where_the_host_asks_for_it()
    {
        var device = new ImitatedDevice { Certificates = new byte[20_000] };
        var evidence = await Reports(device).GetAsync(ReportData, Cancel);
        Assert.Equal(20_480, evidence.Certificates.Length);
        Assert.Equal(2, device.Requests.Count);
    }

    [Fact]
    public async Task A_host_without_certificates_gives_a_bare_report()
    {
        var device = new ImitatedDevice { Certificates = null };
        var evidence = await Reports(device).GetAsync(ReportData, Cancel);
        Assert.Equal(Report, evidence.Quote.ToArray());
        Assert.Equal(0, evidence.Certificates.Length);
        Assert.Equal([SevGuestRequest.GetExtendedReport, SevGuestRequest.GetReport], device.Requests);
    }

    [Fact]
    public async Task A_busy_host_is_asked_again()
    {
        var device = new ImitatedDevice { Certificates = [1], Busy = 2 };
        var time = new ManualTime();
        var asked = new SevGuestReports(() => device, 1, time).GetAsync(ReportData, Cancel);
        while (!asked.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
        Assert.Equal(Report, (await asked).Quote.ToArray());
        Assert.Equal(3, device.Requests.Count);
    }

    [Fact]
    public async Task What_the_firmware_refuses_is_said()
    {
        var refused = await Assert.ThrowsAsync<EvidenceException>(
            () => Reports(new ImitatedDevice { Fails = true }).GetAsync(ReportData, Cancel));
        Assert.Contains("firmware error 0x16", refused.Message, StringComparison.Ordinal);
        refused = await Assert.ThrowsAsync<EvidenceException>(
            () => Reports(new ImitatedDevice { Status = 0x16 }).GetAsync(ReportData, Cancel));
        Assert.Contains("status 0x16", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<EvidenceException>(
            () => Reports(new ImitatedDevice { ReportBytes = 5000 }).GetAsync(ReportData, Cancel));
        await Assert.ThrowsAsync<EvidenceException>(
            () => new SevGuestReports(() => SevGuestDevice.Open("/dev/no-such"), 0, TimeProvider.System).GetAsync(ReportData, Cancel));
    }

    [Fact]
    public void The_device_itself_is_called_by_its_number()
    {
        // No such device is here; but another refuses an unknown request in the way that is expected of any.
        const int notForThisDevice = 25;
        using var device = SevGuestDevice.Open("/dev/null");
        Assert.Equal(notForThisDevice, device.Control(SevGuestRequest.GetReport, new byte[SevGuestRequest.ArgumentBytes]));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static SevGuestReports Reports(ImitatedDevice device) => new(() => device, 1, TimeProvider.System);

    /// <summary>The kernel's side of the call: it reads and writes at the addresses that it is given.</summary>
    private sealed class ImitatedDevice : ISevGuestDevice
    {
        private const int InputOutputError = 5;
        private const int NoSpaceLeft = 28;
        private const int TryAgain = 11;

        public byte[]? Certificates { get; init; } = [];

        public bool Fails { get; init; }

        public uint Status { get; init; }

        public uint ReportBytes { get; init; } = (uint)Report.Length;

        public int Busy { get; set; }

        public List<uint> Requests { get; } = [];

        public int Closed { get; private set; }

        public int Control(uint request, Span<byte> argument)
        {
            Requests.Add(request);
            Assert.Equal(1, argument[0]);
            var asked = Copy(argument[8..], request == SevGuestRequest.GetReport ? 96 : 112);
            Assert.Equal(ReportData, asked[..64]);
            Assert.Equal(1, BinaryPrimitives.ReadInt32LittleEndian(asked.AsSpan(64)));
            if (Fails) return Refuse(argument, firmware: 0x16, host: 0, InputOutputError);
            if (Busy-- > 0) return Refuse(argument, firmware: 0, host: 2, TryAgain);
            if (request == SevGuestRequest.GetExtendedReport && PutCertificates(argument, asked) is var errno and not 0) return errno;
            var response = new byte[32 + Report.Length];
            BinaryPrimitives.WriteUInt32LittleEndian(response, Status);
            BinaryPrimitives.WriteUInt32LittleEndian(response.AsSpan(4), ReportBytes);
            Report.CopyTo(response, 32);
            Marshal.Copy(response, 0, AddressIn(argument[16..]), response.Length);
            return 0;
        }

        public void Dispose() => Closed++;

        private int PutCertificates(Span<byte> argument, byte[] asked)
        {
            if (Certificates is null) return Refuse(argument, firmware: 0, host: 3, InputOutputError);
            var length = BinaryPrimitives.ReadInt32LittleEndian(asked.AsSpan(104));
            Assert.Equal(0, length % 4096);
            if (length < Certificates.Length)
            {
                Marshal.WriteInt32(AddressIn(argument[8..]) + 104, (Certificates.Length + 4095) / 4096 * 4096);
                return Refuse(argument, firmware: 0, host: 1, NoSpaceLeft);
            }
            Marshal.Copy(Certificates, 0, AddressIn(asked.AsSpan(96)), Certificates.Length);
            return 0;
        }

        private static int Refuse(Span<byte> argument, uint firmware, uint host, int errno)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(argument[24..], firmware);
            BinaryPrimitives.WriteUInt32LittleEndian(argument[28..], host);
            return errno;
        }

        private static byte[] Copy(Span<byte> address, int length)
        {
            var bytes = new byte[length];
            Marshal.Copy(AddressIn(address), bytes, 0, length);
            return bytes;
        }

        private static nint AddressIn(Span<byte> field) => (nint)BinaryPrimitives.ReadInt64LittleEndian(field);
    }
}
