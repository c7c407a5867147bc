namespace Stele.Scripting.WebAssembly;

/// <summary>The instructions that are more than a function of their operands (WebAssembly core specification, 5.4).</summary>
internal static class Opcode
{
    public const int Unreachable = 0x00;
    public const int Nop = 0x01;
    public const int Block = 0x02;
    public const int Loop = 0x03;
    public const int If = 0x04;
    public const int Else = 0x05;
    public const int End = 0x0B;
    public const int Br = 0x0C;
    public const int BrIf = 0x0D;
    public const int BrTable = 0x0E;
    public const int Return = 0x0F;
    public const int Call = 0x10;
    public const int CallIndirect = 0x11;
    public const int Drop = 0x1A;
    public const int Select = 0x1B;
    public const int LocalGet = 0x20;
    public const int LocalSet = 0x21;
    public const int LocalTee = 0x22;
    public const int GlobalGet = 0x23;
    public const int GlobalSet = 0x24;
    public const int FirstLoad = 0x28;
    public const int LastStore = 0x3E;
    public const int MemorySize = 0x3F;
    public const int MemoryGrow = 0x40;
    public const int I32Const = 0x41;
    public const int I64Const = 0x42;
    public const int F32Const = 0x43;
    public const int F64Const = 0x44;

    /// <summary>The byte before instructions that came later; the second byte is added to it.</summary>
    public const int Prefix = 0xFC;
    public const int Prefixed = 0xFC00;
    public const int MemoryCopy = Prefixed + 10;
    public const int MemoryFill = Prefixed + 11;

    /// <summary>The type of a block without a result.</summary>
    public const byte NoResult = 0x40;
}
