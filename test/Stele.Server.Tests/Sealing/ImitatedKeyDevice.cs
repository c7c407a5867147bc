using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Stele.Server.Attestation.Sev;

namespace Stele.Server.Tests.Sealing;

/// <summary>
/// The kernel's device and the processor behind it: a key is a function of the chip and of what is selected of the guest.
/// </summary>
internal sealed class ImitatedKeyDevice : ISevGuestDevice
{
    private const int InputOutputError = 5;
    private const int TryAgain = 11;

    public byte Chip { get; init; } = 1;

    public long Measurement { get; init; } = 1;

    public long Policy { get; init; } = 0x30000;

    public long Tcb { get; init; } = 8;

    public bool Fails { get; init; }

    public uint Status { get; init; }

    public int Busy { get; set; }

    public int Control(uint request, Span<byte> argument)
    {
        Assert.Equal(SevGuestRequest.GetDerivedKey, request);
        Assert.Equal(1, argument[0]);
        if (Fails) return Refuse(argument, firmware: 0x16, host: 0, InputOutputError);
        if (Busy-- > 0) return Refuse(argument, firmware: 0, host: 2, TryAgain);
        var asked = new byte[32];
        Marshal.Copy(AddressIn(argument[8..]), asked, 0, asked.Length);
        var response = new byte[64];
        BinaryPrimitives.WriteUInt32LittleEndian(response, Status);
        if (Status == 0) Derive(asked).CopyTo(response, 32);
        Marshal.Copy(response, 0, AddressIn(argument[16..]), response.Length);
        return 0;
    }

    public void Dispose()
    {
        // Nothing is open.
    }

    private byte[] Derive(byte[] asked)
    {
        var fields = BinaryPrimitives.ReadUInt64LittleEndian(asked.AsSpan(8));
        using var mixed = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, [Chip]);
        mixed.AppendData(asked);
        foreach (var (bit, value) in new[] { (0, Policy), (3, Measurement), (5, Tcb) })
            mixed.AppendData(BitConverter.GetBytes((fields >> bit & 1) == 1 ? value : 0));
        return mixed.GetHashAndReset();
    }

    private static int Refuse(Span<byte> argument, uint firmware, uint host, int errno)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(argument[24..], firmware);
        BinaryPrimitives.WriteUInt32LittleEndian(argument[28..], host);
        return errno;
    }

    private static nint AddressIn(Span<byte> field) => (nint)BinaryPrimitives.ReadInt64LittleEndian(field);
}
