using System.Numerics;

namespace Stele.Scripting.WebAssembly;

/// <summary>The instructions on numbers that are more than one of .NET's (WebAssembly core specification, 4.3).</summary>
internal static class Numeric
{
    public static int Clz(int value) => BitOperations.LeadingZeroCount((uint)value);

    public static int Ctz(int value) => BitOperations.TrailingZeroCount(value);

    public static int PopCount(int value) => BitOperations.PopCount((uint)value);

    public static int Rotl(int value, int count) => (int)BitOperations.RotateLeft((uint)value, count);

    public static int Rotr(int value, int count) => (int)BitOperations.RotateRight((uint)value, count);

    public static int Shl(int value, int count) => value << count;

    public static int ShrS(int value, int count) => value >> count;

    public static int ShrU(int value, int count) => value >>> count;

    // The processor's division refuses the smallest number by -1, whose remainder is 0.
    public static int RemS(int value, int by) => by == -1 ? 0 : value % by;

    public static long ClzLong(long value) => BitOperations.LeadingZeroCount((ulong)value);

    public static long CtzLong(long value) => BitOperations.TrailingZeroCount(value);

    public static long PopCountLong(long value) => BitOperations.PopCount((ulong)value);

    public static long RotlLong(long value, long count) => (long)BitOperations.RotateLeft((ulong)value, (int)count);

    public static long RotrLong(long value, long count) => (long)BitOperations.RotateRight((ulong)value, (int)count);

    public static long ShlLong(long value, long count) => value << (int)count;

    public static long ShrSLong(long value, long count) => value >> (int)count;

    public static long ShrULong(long value, long count) => value >>> (int)count;

    public static long RemSLong(long value, long by) => by == -1 ? 0 : value % by;

    public static double Nearest(double value) => Math.Round(value, MidpointRounding.ToEven);

    public static int SaturateI32(double value) => double.ConvertToInteger<int>(value);

    public static int SaturateU32(double value) => (int)double.ConvertToInteger<uint>(value);

    public static long SaturateI64(double value) => double.ConvertToInteger<long>(value);

    public static long SaturateU64(double value) => (long)double.ConvertToInteger<ulong>(value);

    public static double FromU32(int value) => (uint)value;

    public static double FromU64(long value) => (ulong)value;

    public static int Select(int first, int second, int condition) => condition != 0 ? first : second;

    public static long Select(long first, long second, int condition) => condition != 0 ? first : second;

    public static float Select(float first, float second, int condition) => condition != 0 ? first : second;

    public static double Select(double first, double second, int condition) => condition != 0 ? first : second;
}
