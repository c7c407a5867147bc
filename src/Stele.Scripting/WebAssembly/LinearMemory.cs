using System.Buffers.Binary;

namespace Stele.Scripting.WebAssembly;

/// <summary>
/// What a module's code reads and writes its memory with. The memory is an array and every access is checked by the runtime, so
/// that no code of a module can reach anything else; an access beyond it throws.
/// </summary>
internal static class LinearMemory
{
    public static int LoadS8(int address, byte[] memory, uint offset) => (sbyte)memory[Index(address, offset)];

    public static int LoadU8(int address, byte[] memory, uint offset) => memory[Index(address, offset)];

    public static int LoadS16(int address, byte[] memory, uint offset) =>
        BinaryPrimitives.ReadInt16LittleEndian(memory.AsSpan(Index(address, offset)));

    public static int LoadU16(int address, byte[] memory, uint offset) =>
        BinaryPrimitives.ReadUInt16LittleEndian(memory.AsSpan(Index(address, offset)));

    public static int Load32(int address, byte[] memory, uint offset) =>
        BinaryPrimitives.ReadInt32LittleEndian(memory.AsSpan(Index(address, offset)));

    public static long LoadLongS8(int address, byte[] memory, uint offset) => LoadS8(address, memory, offset);

    public static long LoadLongU8(int address, byte[] memory, uint offset) => LoadU8(address, memory, offset);

    public static long LoadLongS16(int address, byte[] memory, uint offset) => LoadS16(address, memory, offset);

    public static long LoadLongU16(int address, byte[] memory, uint offset) => LoadU16(address, memory, offset);

    public static long LoadLongS32(int address, byte[] memory, uint offset) => Load32(address, memory, offset);

    public static long LoadLongU32(int address, byte[] memory, uint offset) => (uint)Load32(address, memory, offset);

    public static long Load64(int address, byte[] memory, uint offset) =>
        BinaryPrimitives.ReadInt64LittleEndian(memory.AsSpan(Index(address, offset)));

    public static float LoadSingle(int address, byte[] memory, uint offset) =>
        BitConverter.Int32BitsToSingle(Load32(address, memory, offset));

    public static double LoadDouble(int address, byte[] memory, uint offset) =>
        BitConverter.Int64BitsToDouble(Load64(address, memory, offset));

    public static void Store8(int address, int value, byte[] memory, uint offset) => memory[Index(address, offset)] = (byte)value;

    public static void Store16(int address, int value, byte[] memory, uint offset) =>
        BinaryPrimitives.WriteInt16LittleEndian(memory.AsSpan(Index(address, offset)), (short)value);

    public static void Store32(int address, int value, byte[] memory, uint offset) =>
        BinaryPrimitives.WriteInt32LittleEndian(memory.AsSpan(Index(address, offset)), value);

    public static void StoreLong8(int address, long value, byte[] memory, uint offset) => Store8(address, (int)value, memory, offset);

    public static void StoreLong16(int address, long value, byte[] memory, uint offset) => Store16(address, (int)value, memory, offset);

    public static void StoreLong32(int address, long value, byte[] memory, uint offset) => Store32(address, (int)value, memory, offset);

    public static void Store64(int address, long value, byte[] memory, uint offset) =>
        BinaryPrimitives.WriteInt64LittleEndian(memory.AsSpan(Index(address, offset)), value);

    public static void StoreSingle(int address, float value, byte[] memory, uint offset) =>
        Store32(address, BitConverter.SingleToInt32Bits(value), memory, offset);

    public static void StoreDouble(int address, double value, byte[] memory, uint offset) =>
        Store64(address, BitConverter.DoubleToInt64Bits(value), memory, offset);

    // The sum has 33 bits; one that does not fit an array's index throws.
    private static int Index(int address, uint offset) => checked((int)((uint)address + (ulong)offset));
}
