namespace Stele.Scripting.WebAssembly;

/// <summary>The types of values (WebAssembly core specification, 5.3.1), each with its byte.</summary>
internal enum WasmType : byte
{
    /// <summary>32 bits.</summary>
    I32 = 0x7F,

    /// <summary>64 bits.</summary>
    I64 = 0x7E,

    /// <summary>A single.</summary>
    F32 = 0x7D,

    /// <summary>A double.</summary>
    F64 = 0x7C,
}

/// <summary>What a function takes and gives.</summary>
/// <param name="Takes">Its parameters' types.</param>
/// <param name="Gives">Its result's type; none when it has no result.</param>
internal sealed record WasmSignature(WasmType[] Takes, WasmType? Gives);

internal static class WasmTypes
{
    /// <summary>The .NET type that holds such a value.</summary>
    public static Type ToClr(this WasmType type) => type switch
    {
        WasmType.I32 => typeof(int),
        WasmType.I64 => typeof(long),
        WasmType.F32 => typeof(float),
        WasmType.F64 => typeof(double),
        _ => throw new FormatException($"No such type: {type}."),
    };

    /// <summary>The type whose values a .NET type holds.</summary>
    public static WasmType Of(Type type) =>
        type == typeof(int) || type == typeof(uint) ? WasmType.I32
        : type == typeof(long) || type == typeof(ulong) ? WasmType.I64
        : type == typeof(float) ? WasmType.F32
        : type == typeof(double) ? WasmType.F64
        : throw new ArgumentException($"{type} is no type of WebAssembly.", nameof(type));
}
