namespace Stele.Scripting.WebAssembly;

/// <summary>One instruction with what stands in the code beside it.</summary>
/// <param name="Code">Which one.</param>
/// <param name="Value">An index, an address's offset, a block's type or a constant's bits.</param>
/// <param name="Targets">Where a <c>br_table</c> may go; the last is where it goes otherwise.</param>
internal readonly record struct Instruction(int Code, long Value = 0, int[]? Targets = null)
{
    /// <summary>Reads the next one.</summary>
    public static Instruction Read(WasmReader reader)
    {
        int opcode = reader.Byte();
        switch (opcode)
        {
            case Opcode.Block or Opcode.Loop or Opcode.If: return new(opcode, reader.Byte());
            case Opcode.BrTable:
                var targets = reader.Vector(r => r.Index());
                return new(opcode, Targets: [.. targets, reader.Index()]);
            case Opcode.CallIndirect:
                var type = reader.Index();
                reader.Byte();
                return new(opcode, type);
            case >= Opcode.FirstLoad and <= Opcode.LastStore:
                reader.Unsigned();
                return new(opcode, reader.Unsigned());
            case Opcode.Br or Opcode.BrIf or Opcode.Call
                or (>= Opcode.LocalGet and <= Opcode.GlobalSet):
                return new(opcode, reader.Index());
            case Opcode.MemorySize or Opcode.MemoryGrow:
                reader.Byte();
                return new(opcode);
            case Opcode.I32Const: return new(opcode, reader.Signed32());
            case Opcode.I64Const: return new(opcode, reader.Signed64());
            case Opcode.F32Const: return new(opcode, BitConverter.SingleToInt32Bits(reader.Single()));
            case Opcode.F64Const: return new(opcode, BitConverter.DoubleToInt64Bits(reader.Double()));
            case Opcode.Prefix: return ReadPrefixed(reader);
            default: return new(opcode);
        }
    }

    private static Instruction ReadPrefixed(WasmReader reader)
    {
        var opcode = Opcode.Prefixed + reader.Index();
        if (opcode == Opcode.MemoryCopy) reader.Bytes(2);
        if (opcode == Opcode.MemoryFill) reader.Bytes(1);
        return new(opcode);
    }
}
