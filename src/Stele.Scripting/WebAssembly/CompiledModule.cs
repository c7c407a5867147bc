using System.Collections.Frozen;
using System.Reflection;
using System.Reflection.Emit;

namespace Stele.Scripting.WebAssembly;

/// <summary>A module as .NET code, from which instances are made.</summary>
internal sealed class CompiledModule
{
    private const BindingFlags Generated = BindingFlags.Static | BindingFlags.Public;

    private CompiledModule(WasmModule module, Type code)
    {
        Module = module;
        Exports = module.Exports.ToFrozenDictionary(export => export.Key, export => ExportOf(code, export.Value));
        if (module.Start is { } start) Start = ExportOf(code, start);
        Table = [.. module.Table.Select(function => new TableEntry(
            function < 0 ? 0 : code.GetMethod($"f{function}", Generated)!.MethodHandle.GetFunctionPointer(),
            function < 0 ? -1 : Array.IndexOf(module.Types, module.SignatureOf(function))))];
    }

    /// <summary>A function that the host calls.</summary>
    internal delegate long Export(WasmInstance instance, long[] arguments);

    /// <summary>A function that code calls by its number: where its code is, and its signature.</summary>
    internal readonly record struct TableEntry(nint Code, int Type);

    /// <summary>What was compiled.</summary>
    public WasmModule Module { get; }

    /// <summary>The functions that the host may call. Values of all types are given and taken as their 64 bits.</summary>
    public FrozenDictionary<string, Export> Exports { get; }

    /// <summary>The function that runs first.</summary>
    public Export? Start { get; }

    /// <summary>The functions that code calls by their numbers.</summary>
    public TableEntry[] Table { get; }

    /// <summary>Compiles a module.</summary>
    /// <exception cref="FormatException">It is none, or needs what is not provided.</exception>
    public static CompiledModule Compile(ReadOnlyMemory<byte> bytes)
    {
        var module = WasmModule.Read(bytes);
        var assembly = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("Stele.Scripting.Compiled"), AssemblyBuilderAccess.Run);
        var type = assembly.DefineDynamicModule("Code").DefineType("Functions", TypeAttributes.Public | TypeAttributes.Sealed);
        var methods = new MethodBuilder[module.Imports.Length + module.Functions.Length];
        for (var i = 0; i < methods.Length; i++) methods[i] = Define(type, $"f{i}", module.SignatureOf(i));
        for (var i = 0; i < module.Imports.Length; i++) CompileImport(i, module.SignatureOf(i), methods[i].GetILGenerator());
        for (var i = module.Imports.Length; i < methods.Length; i++)
        {
            var body = module.Bodies[i - module.Imports.Length];
            FunctionCompiler.Compile(module, methods, module.SignatureOf(i), body, methods[i].GetILGenerator());
        }
        foreach (var function in module.Exports.Values.Append(module.Start ?? 0).Distinct())
            CompileExport(type, function, module.SignatureOf(function), methods[function]);
        return new CompiledModule(module, type.CreateType());
    }

    private static Export ExportOf(Type code, int function) =>
        code.GetMethod($"export{function}", Generated)!.CreateDelegate<Export>();

    private static MethodBuilder Define(TypeBuilder type, string name, WasmSignature signature) => type.DefineMethod(
        name, MethodAttributes.Static | MethodAttributes.Public, signature.Gives?.ToClr() ?? typeof(void),
        [.. signature.Takes.Select(WasmTypes.ToClr), typeof(WasmInstance)]);

    private static void CompileImport(int index, WasmSignature signature, ILGenerator il)
    {
        il.Emit(OpCodes.Ldarg, (short)signature.Takes.Length);
        il.Emit(OpCodes.Ldc_I4, index);
        il.Emit(OpCodes.Ldc_I4, signature.Takes.Length);
        il.Emit(OpCodes.Newarr, typeof(long));
        for (var i = 0; i < signature.Takes.Length; i++)
        {
            il.Emit(OpCodes.Dup);
            il.Emit(OpCodes.Ldc_I4, i);
            il.Emit(OpCodes.Ldarg, (short)i);
            EmitToBits(il, signature.Takes[i]);
            il.Emit(OpCodes.Stelem_I8);
        }
        il.Emit(OpCodes.Call, typeof(WasmInstance).GetMethod(nameof(WasmInstance.CallHost))!);
        if (signature.Gives is { } gives) EmitFromBits(il, gives);
        else il.Emit(OpCodes.Pop);
        il.Emit(OpCodes.Ret);
    }

    private static void CompileExport(TypeBuilder type, int index, WasmSignature signature, MethodInfo method)
    {
        var il = type.DefineMethod(
            $"export{index}", MethodAttributes.Static | MethodAttributes.Public, typeof(long), [typeof(WasmInstance), typeof(long[])])
            .GetILGenerator();
        for (var i = 0; i < signature.Takes.Length; i++)
        {
            il.Emit(OpCodes.Ldarg_1);
            il.Emit(OpCodes.Ldc_I4, i);
            il.Emit(OpCodes.Ldelem_I8);
            EmitFromBits(il, signature.Takes[i]);
        }
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Call, method);
        if (signature.Gives is { } gives) EmitToBits(il, gives);
        else il.Emit(OpCodes.Ldc_I8, 0L);
        il.Emit(OpCodes.Ret);
    }

    private static void EmitToBits(ILGenerator il, WasmType type)
    {
        if (type == WasmType.I32) il.Emit(OpCodes.Conv_I8);
        else if (type == WasmType.F64) il.Emit(OpCodes.Call, typeof(BitConverter).GetMethod(nameof(BitConverter.DoubleToInt64Bits))!);
        else if (type != WasmType.I64) throw new FormatException("Singles are not passed between a module and its host.");
    }

    private static void EmitFromBits(ILGenerator il, WasmType type)
    {
        if (type == WasmType.I32) il.Emit(OpCodes.Conv_I4);
        else if (type == WasmType.F64) il.Emit(OpCodes.Call, typeof(BitConverter).GetMethod(nameof(BitConverter.Int64BitsToDouble))!);
        else if (type != WasmType.I64) throw new FormatException("Singles are not passed between a module and its host.");
    }
}
