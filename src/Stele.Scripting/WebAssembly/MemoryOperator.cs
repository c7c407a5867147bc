using System.Reflection;

namespace Stele.Scripting.WebAssembly;

/// <summary>The instructions that read and write memory, in the order of their opcodes.</summary>
internal static class MemoryOperator
{
    private static readonly string[] Names =
    [
        nameof(LinearMemory.Load32), nameof(LinearMemory.Load64), nameof(LinearMemory.LoadSingle), nameof(LinearMemory.LoadDouble),
        nameof(LinearMemory.LoadS8), nameof(LinearMemory.LoadU8), nameof(LinearMemory.LoadS16), nameof(LinearMemory.LoadU16),
        nameof(LinearMemory.LoadLongS8), nameof(LinearMemory.LoadLongU8), nameof(LinearMemory.LoadLongS16),
        nameof(LinearMemory.LoadLongU16), nameof(LinearMemory.LoadLongS32), nameof(LinearMemory.LoadLongU32),
        nameof(LinearMemory.Store32), nameof(LinearMemory.Store64), nameof(LinearMemory.StoreSingle), nameof(LinearMemory.StoreDouble),
        nameof(LinearMemory.Store8), nameof(LinearMemory.Store16),
        nameof(LinearMemory.StoreLong8), nameof(LinearMemory.StoreLong16), nameof(LinearMemory.StoreLong32),
    ];

    /// <summary>The method that does it: it takes the address, the value to be stored, the memory, and the offset.</summary>
    public static MethodInfo Of(int opcode) => typeof(LinearMemory).GetMethod(Names[opcode - Opcode.FirstLoad])!;

    /// <summary>Whether an opcode is one of these.</summary>
    public static bool Is(int opcode) => opcode is >= Opcode.FirstLoad and <= Opcode.LastStore;
}
