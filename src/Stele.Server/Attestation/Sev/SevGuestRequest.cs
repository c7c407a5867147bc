using System.Buffers.Binary;

namespace Stele.Server.Attestation.Sev;

/// <summary>The requests of <c>/dev/sev-guest</c>, byte for byte (Linux, include/uapi/linux/sev-guest.h).</summary>
internal static class SevGuestRequest
{
    /// <summary><c>SNP_GET_REPORT</c>: <c>_IOWR('S', 0, 32 bytes)</c>.</summary>
    public const uint GetReport = 0xC020_5300;

    /// <summary><c>SNP_GET_DERIVED_KEY</c>: <c>_IOWR('S', 1, 32 bytes)</c>.</summary>
    public const uint GetDerivedKey = 0xC020_5301;

    /// <summary><c>SNP_GET_EXT_REPORT</c>: <c>_IOWR('S', 2, 32 bytes)</c>.</summary>
    public const uint GetExtendedReport = 0xC020_5302;

    /// <summary>The size in bytes of what the calls take: <c>struct snp_guest_request_ioctl</c>.</summary>
    public const int ArgumentBytes = 32;

    /// <summary>The size in bytes of <c>struct snp_report_req</c>.</summary>
    public const int ReportRequestBytes = 96;

    /// <summary>The size in bytes of <c>struct snp_ext_report_req</c>: a report's, and where its certificates go.</summary>
    public const int ExtendedRequestBytes = ReportRequestBytes + 16;

    /// <summary>The size in bytes of <c>struct snp_report_resp</c>.</summary>
    public const int ResponseBytes = 4000;

    /// <summary>The size in bytes of <c>struct snp_derived_key_req</c>.</summary>
    public const int KeyRequestBytes = 32;

    /// <summary>The size in bytes of <c>struct snp_derived_key_resp</c>.</summary>
    public const int KeyResponseBytes = 64;

    /// <summary>The size in bytes of a derived key.</summary>
    public const int KeyBytes = 32;

    private const int KeyAt = 32;
    private const int CertificatesLengthAt = ReportRequestBytes + 8;
    private const int ReportAt = 32;

    /// <summary>Writes the argument of a call: version 1 of the message, and two addresses.</summary>
    public static void WriteArgument(Span<byte> argument, nint request, nint response)
    {
        argument.Clear();
        argument[0] = 1;
        BinaryPrimitives.WriteInt64LittleEndian(argument[8..], request);
        BinaryPrimitives.WriteInt64LittleEndian(argument[16..], response);
    }

    /// <summary>Errors of the firmware (low 32 bits) and of the host (high 32 bits), as the kernel wrote them.</summary>
    public static (uint Firmware, uint Host) Errors(ReadOnlySpan<byte> argument) =>
        (BinaryPrimitives.ReadUInt32LittleEndian(argument[24..]), BinaryPrimitives.ReadUInt32LittleEndian(argument[28..]));

    /// <summary>Writes what a report is asked for with.</summary>
    /// <param name="request">96 bytes, or 112 for an extended one.</param>
    /// <param name="reportData">64 bytes.</param>
    /// <param name="privilege">The privilege level (VMPL).</param>
    public static void WriteReport(Span<byte> request, ReadOnlySpan<byte> reportData, int privilege)
    {
        request.Clear();
        reportData.CopyTo(request);
        BinaryPrimitives.WriteInt32LittleEndian(request[64..], privilege);
    }

    /// <summary>
    /// Writes what a key is asked for with: root key 0, which is the processor's own (VCEK, or the VLEK where a cloud has put
    /// one in), no security version of the guest, no TCB version.
    /// </summary>
    /// <param name="request">32 bytes.</param>
    /// <param name="fields">GUEST_FIELD_SELECT: what of the guest goes into the key.</param>
    /// <param name="privilege">The privilege level (VMPL) that goes into it.</param>
    public static void WriteKey(Span<byte> request, ulong fields, int privilege)
    {
        request.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(request[8..], fields);
        BinaryPrimitives.WriteInt32LittleEndian(request[16..], privilege);
    }

    /// <summary>Takes the key out of a response.</summary>
    /// <param name="response">64 bytes.</param>
    /// <param name="key">Where its 32 bytes go.</param>
    /// <exception cref="EvidenceException">The firmware gave none.</exception>
    public static void ReadKey(ReadOnlySpan<byte> response, Span<byte> key)
    {
        var status = BinaryPrimitives.ReadUInt32LittleEndian(response);
        if (status != 0) throw new EvidenceException($"The firmware derives no key: status 0x{status:x}.");
        response.Slice(KeyAt, KeyBytes).CopyTo(key);
    }

    /// <summary>Writes where the certificates go.</summary>
    public static void WriteCertificates(Span<byte> request, nint address, int length)
    {
        BinaryPrimitives.WriteInt64LittleEndian(request[ReportRequestBytes..], address);
        BinaryPrimitives.WriteInt32LittleEndian(request[CertificatesLengthAt..], length);
    }

    /// <summary>How many bytes the certificates take, as the kernel wrote it.</summary>
    public static uint CertificatesLength(ReadOnlySpan<byte> request) =>
        BinaryPrimitives.ReadUInt32LittleEndian(request[CertificatesLengthAt..]);

    /// <summary>The report in a response.</summary>
    /// <exception cref="EvidenceException">The firmware gave none.</exception>
    public static byte[] ReadReport(ReadOnlySpan<byte> response)
    {
        var status = BinaryPrimitives.ReadUInt32LittleEndian(response);
        if (status != 0) throw new EvidenceException($"The firmware gives no report: status 0x{status:x}.");
        var length = BinaryPrimitives.ReadUInt32LittleEndian(response[4..]);
        return length <= response.Length - ReportAt
            ? response.Slice(ReportAt, (int)length).ToArray()
            : throw new EvidenceException($"The firmware gives a report of {length} bytes, more than fit.");
    }
}
