using System.Reflection.Emit;

namespace Stele.Scripting.WebAssembly;

/// <summary>An instruction that is a function of its operands: their types, its result's type, and its code in .NET.</summary>
internal sealed record Operator(WasmType[] Takes, WasmType? Gives, Action<ILGenerator> Emit)
{
    private const WasmType I = WasmType.I32;
    private const WasmType L = WasmType.I64;
    private const WasmType F = WasmType.F32;
    private const WasmType D = WasmType.F64;

    /// <summary>All of them, by opcode.</summary>
    public static IReadOnlyDictionary<int, Operator> All { get; } = Make();

    private static Dictionary<int, Operator> Make()
    {
        var all = new Dictionary<int, Operator>();
        AddComparisons(all);
        AddIntegers(all, I, 0x67, "");
        AddIntegers(all, L, 0x79, "Long");
        AddFloats(all, F, 0x8B, typeof(MathF));
        AddFloats(all, D, 0x99, typeof(Math));
        AddConversions(all);
        return all;
    }

    private static void AddComparisons(Dictionary<int, Operator> all)
    {
        foreach (var (type, first) in new[] { (I, 0x45), (L, 0x50) })
        {
            all[first] = new([type], I, il => Emit0(il, type == L, OpCodes.Ceq));
            AddComparison(all, first + 1, type, OpCodes.Ceq, OpCodes.Ceq);
            all[first + 3] = Of(type, OpCodes.Clt);
            all[first + 4] = Of(type, OpCodes.Clt_Un);
            all[first + 5] = Of(type, OpCodes.Cgt);
            all[first + 6] = Of(type, OpCodes.Cgt_Un);
            all[first + 7] = Not(type, OpCodes.Cgt);
            all[first + 8] = Not(type, OpCodes.Cgt_Un);
            all[first + 9] = Not(type, OpCodes.Clt);
            all[first + 10] = Not(type, OpCodes.Clt_Un);
        }
        foreach (var (type, first) in new[] { (F, 0x5B), (D, 0x61) })
        {
            AddComparison(all, first, type, OpCodes.Ceq, OpCodes.Ceq);
            all[first + 2] = Of(type, OpCodes.Clt);
            all[first + 3] = Of(type, OpCodes.Cgt);
            // What is not greater, also when one is not a number, would be "at most": that is excluded by the unordered form.
            all[first + 4] = Not(type, OpCodes.Cgt_Un);
            all[first + 5] = Not(type, OpCodes.Clt_Un);
        }
    }

    private static void AddComparison(Dictionary<int, Operator> all, int first, WasmType type, OpCode equal, OpCode notEqual)
    {
        all[first] = Of(type, equal);
        all[first + 1] = Not(type, notEqual);
    }

    private static void AddIntegers(Dictionary<int, Operator> all, WasmType type, int first, string suffix)
    {
        all[first] = Call($"Clz{suffix}");
        all[first + 1] = Call($"Ctz{suffix}");
        all[first + 2] = Call($"PopCount{suffix}");
        OpCode?[] binary =
        [
            OpCodes.Add, OpCodes.Sub, OpCodes.Mul, OpCodes.Div, OpCodes.Div_Un, null, OpCodes.Rem_Un,
            OpCodes.And, OpCodes.Or, OpCodes.Xor,
        ];
        for (var i = 0; i < binary.Length; i++)
            if (binary[i] is { } code)
                all[first + 3 + i] = new([type, type], type, il => il.Emit(code));
        all[first + 8] = Call($"RemS{suffix}");
        string[] shifts = ["Shl", "ShrS", "ShrU", "Rotl", "Rotr"];
        for (var i = 0; i < shifts.Length; i++) all[first + 13 + i] = Call(shifts[i] + suffix);
    }

    private static void AddFloats(Dictionary<int, Operator> all, WasmType type, int first, Type math)
    {
        var clr = type.ToClr();
        foreach (var (offset, name) in new[] { (0, "Abs"), (2, "Ceiling"), (3, "Floor"), (4, "Truncate"), (6, "Sqrt") })
            all[first + offset] = new([type], type, il => il.Emit(OpCodes.Call, math.GetMethod(name, [clr])!));
        all[first + 1] = new([type], type, il => il.Emit(OpCodes.Neg));
        if (type == D) all[first + 5] = Call(nameof(Numeric.Nearest));
        OpCode[] binary = [OpCodes.Add, OpCodes.Sub, OpCodes.Mul, OpCodes.Div];
        for (var i = 0; i < binary.Length; i++)
        {
            var code = binary[i];
            all[first + 7 + i] = new([type, type], type, il => il.Emit(code));
        }
        foreach (var (offset, name) in new[] { (11, "Min"), (12, "Max"), (13, "CopySign") })
            all[first + offset] = new([type, type], type, il => il.Emit(OpCodes.Call, math.GetMethod(name, [clr, clr])!));
    }

    private static void AddConversions(Dictionary<int, Operator> all)
    {
        all[0xA7] = Convert(L, I, OpCodes.Conv_I4);
        all[0xAC] = Convert(I, L, OpCodes.Conv_I8);
        all[0xAD] = Convert(I, L, OpCodes.Conv_U8);
        all[0xB2] = Convert(I, F, OpCodes.Conv_R4);
        all[0xB4] = Convert(L, F, OpCodes.Conv_R4);
        all[0xB6] = Convert(D, F, OpCodes.Conv_R4);
        all[0xB7] = Convert(I, D, OpCodes.Conv_R8);
        all[0xB8] = Call(nameof(Numeric.FromU32));
        all[0xB9] = Convert(L, D, OpCodes.Conv_R8);
        all[0xBA] = Call(nameof(Numeric.FromU64));
        all[0xBB] = Convert(F, D, OpCodes.Conv_R8);
        all[0xBC] = Bits(F, I, nameof(BitConverter.SingleToInt32Bits));
        all[0xBD] = Bits(D, L, nameof(BitConverter.DoubleToInt64Bits));
        all[0xBE] = Bits(I, F, nameof(BitConverter.Int32BitsToSingle));
        all[0xBF] = Bits(L, D, nameof(BitConverter.Int64BitsToDouble));
        all[0xC0] = Convert(I, I, OpCodes.Conv_I1);
        all[0xC1] = Convert(I, I, OpCodes.Conv_I2);
        all[0xC2] = Convert(L, L, OpCodes.Conv_I1, OpCodes.Conv_I8);
        all[0xC3] = Convert(L, L, OpCodes.Conv_I2, OpCodes.Conv_I8);
        all[0xC4] = Convert(L, L, OpCodes.Conv_I4, OpCodes.Conv_I8);
        string[] saturating = [nameof(Numeric.SaturateI32), nameof(Numeric.SaturateU32)];
        string[] saturatingLong = [nameof(Numeric.SaturateI64), nameof(Numeric.SaturateU64)];
        for (var i = 0; i < 2; i++)
        {
            all[Opcode.Prefixed + 2 + i] = Call(saturating[i]);
            all[Opcode.Prefixed + 6 + i] = Call(saturatingLong[i]);
        }
    }

    private static Operator Of(WasmType type, OpCode code) => new([type, type], I, il => il.Emit(code));

    private static Operator Not(WasmType type, OpCode code) => new([type, type], I, il =>
    {
        il.Emit(code);
        Emit0(il, isLong: false, OpCodes.Ceq);
    });

    private static void Emit0(ILGenerator il, bool isLong, OpCode then)
    {
        il.Emit(OpCodes.Ldc_I4_0);
        if (isLong) il.Emit(OpCodes.Conv_I8);
        il.Emit(then);
    }

    private static Operator Convert(WasmType from, WasmType to, params OpCode[] codes) =>
        new([from], to, il => Array.ForEach(codes, il.Emit));

    private static Operator Bits(WasmType from, WasmType to, string name) =>
        new([from], to, il => il.Emit(OpCodes.Call, typeof(BitConverter).GetMethod(name, [from.ToClr()])!));

    private static Operator Call(string name)
    {
        var method = typeof(Numeric).GetMethod(name)!;
        WasmType[] takes = [.. method.GetParameters().Select(parameter => WasmTypes.Of(parameter.ParameterType))];
        return new(takes, WasmTypes.Of(method.ReturnType), il => il.Emit(OpCodes.Call, method));
    }
}
