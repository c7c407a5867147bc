using System.Reflection;
using System.Reflection.Emit;

namespace Stele.Scripting.WebAssembly;

/// <summary>
/// Makes a method of a function. The module's stack becomes the method's evaluation stack, its locals the method's, its blocks
/// labels. The method's last argument is the instance. Each call and each turn of a loop is a step that the instance counts.
/// </summary>
internal sealed class FunctionCompiler
{
    private static readonly FieldInfo Memory = typeof(WasmInstance).GetField(nameof(WasmInstance.Memory))!;
    private static readonly FieldInfo Globals = typeof(WasmInstance).GetField(nameof(WasmInstance.Globals))!;
    private readonly WasmModule _module;
    private readonly MethodInfo[] _methods;
    private readonly WasmSignature _signature;
    private readonly ILGenerator _il;
    private readonly List<WasmType> _locals;
    private readonly List<WasmType> _stack = [];
    private readonly Stack<Block> _blocks = new();
    private readonly Dictionary<WasmType, LocalBuilder> _spares = [];

    // Whether what follows cannot be reached; then it is read, not compiled, and blocks in it are only counted.
    private bool _isDead;
    private int _deadBlocks;

    private FunctionCompiler(WasmModule module, MethodInfo[] methods, WasmSignature signature, ILGenerator il)
    {
        _module = module;
        _methods = methods;
        _signature = signature;
        _il = il;
        _locals = [.. signature.Takes];
    }

    /// <summary>Compiles one function of a module.</summary>
    /// <exception cref="FormatException">The code needs what is not provided.</exception>
    public static void Compile(WasmModule module, MethodInfo[] methods, WasmSignature signature, ReadOnlyMemory<byte> body, ILGenerator il)
    {
        var compiler = new FunctionCompiler(module, methods, signature, il);
        var reader = new WasmReader(body);
        compiler.DeclareLocals(reader);
        compiler.Open(new Block { Label = il.DefineLabel(), Height = 0, Result = signature.Gives });
        compiler.EmitInstance(nameof(WasmInstance.Enter));
        while (compiler._blocks.Count > 0) compiler.Compile(Instruction.Read(reader));
        il.Emit(OpCodes.Ret);
    }

    private void DeclareLocals(WasmReader reader)
    {
        for (var left = reader.Index(); left > 0; left--)
        {
            var count = reader.Index();
            var type = (WasmType)reader.Byte();
            for (; count > 0; count--)
            {
                _il.DeclareLocal(type.ToClr());
                _locals.Add(type);
            }
        }
    }

    private void Compile(Instruction instruction)
    {
        if (_isDead && PassOver(instruction.Code)) return;
        switch (instruction.Code)
        {
            case Opcode.Block or Opcode.Loop or Opcode.If: CompileBlock(instruction); break;
            case Opcode.Else: CompileElse(); break;
            case Opcode.End: CompileEnd(); break;
            case Opcode.Br: Branch(BlockAt((int)instruction.Value)); Die(); break;
            case Opcode.BrIf: CompileBranchIf(BlockAt((int)instruction.Value)); break;
            case Opcode.BrTable: CompileBranchTable(instruction.Targets!); break;
            case Opcode.Return: Branch(_blocks.Last()); Die(); break;
            case Opcode.Unreachable: _il.Emit(OpCodes.Call, Trap); _il.Emit(OpCodes.Throw); Die(); break;
            case Opcode.Call: CompileCall(_module.SignatureOf((int)instruction.Value), _methods[instruction.Value]); break;
            case Opcode.CallIndirect: CompileCallIndirect((int)instruction.Value); break;
            default: CompileSimple(instruction); break;
        }
    }

    private static MethodInfo Trap { get; } = typeof(WasmInstance).GetMethod(nameof(WasmInstance.Unreachable))!;

    private void CompileSimple(Instruction instruction)
    {
        if (Operator.All.TryGetValue(instruction.Code, out var known))
        {
            Pop(known.Takes);
            known.Emit(_il);
            Push(known.Gives);
            return;
        }
        if (MemoryOperator.Is(instruction.Code))
        {
            CompileMemoryAccess(MemoryOperator.Of(instruction.Code), instruction.Value);
            return;
        }
        CompileOther(instruction);
    }

    private void CompileOther(Instruction instruction)
    {
        var index = (int)instruction.Value;
        switch (instruction.Code)
        {
            case Opcode.Nop: break;
            case Opcode.Drop: Pop(); _il.Emit(OpCodes.Pop); break;
            case Opcode.Select: CompileSelect(); break;
            case Opcode.LocalGet: EmitLocal(OpCodes.Ldarg, OpCodes.Ldloc, index); Push(_locals[index]); break;
            case Opcode.LocalSet: Pop(_locals[index]); EmitLocal(OpCodes.Starg, OpCodes.Stloc, index); break;
            case Opcode.LocalTee:
                Pop(_locals[index]);
                _il.Emit(OpCodes.Dup);
                EmitLocal(OpCodes.Starg, OpCodes.Stloc, index);
                Push(_locals[index]);
                break;
            case Opcode.GlobalGet: CompileGlobalGet(index); break;
            case Opcode.GlobalSet: CompileGlobalSet(index); break;
            case Opcode.MemorySize: EmitInstance(nameof(WasmInstance.Pages)); Push(WasmType.I32); break;
            case Opcode.MemoryGrow: CompileOnInstance(nameof(WasmInstance.Grow), [WasmType.I32], WasmType.I32); break;
            case Opcode.MemoryCopy: CompileOnInstance(nameof(WasmInstance.Copy), [WasmType.I32, WasmType.I32, WasmType.I32], null); break;
            case Opcode.MemoryFill: CompileOnInstance(nameof(WasmInstance.Fill), [WasmType.I32, WasmType.I32, WasmType.I32], null); break;
            case Opcode.I32Const: _il.Emit(OpCodes.Ldc_I4, index); Push(WasmType.I32); break;
            case Opcode.I64Const: _il.Emit(OpCodes.Ldc_I8, instruction.Value); Push(WasmType.I64); break;
            case Opcode.F32Const: _il.Emit(OpCodes.Ldc_R4, BitConverter.Int32BitsToSingle(index)); Push(WasmType.F32); break;
            case Opcode.F64Const: _il.Emit(OpCodes.Ldc_R8, BitConverter.Int64BitsToDouble(instruction.Value)); Push(WasmType.F64); break;
            default: throw new FormatException($"The instruction {instruction.Code:x} is not provided.");
        }
    }

    private void CompileMemoryAccess(MethodInfo access, long offset)
    {
        var parameters = access.GetParameters();
        if (parameters.Length == 4) Pop(WasmTypes.Of(parameters[1].ParameterType));
        Pop(WasmType.I32);
        EmitInstance();
        _il.Emit(OpCodes.Ldfld, Memory);
        _il.Emit(OpCodes.Ldc_I4, (int)offset);
        _il.Emit(OpCodes.Call, access);
        if (access.ReturnType != typeof(void)) Push(WasmTypes.Of(access.ReturnType));
    }

    private void CompileSelect()
    {
        Pop(WasmType.I32);
        var type = Pop();
        Pop(type);
        var clr = type.ToClr();
        _il.Emit(OpCodes.Call, typeof(Numeric).GetMethod(nameof(Numeric.Select), [clr, clr, typeof(int)])!);
        Push(type);
    }

    private void CompileGlobalGet(int index)
    {
        EmitInstance();
        _il.Emit(OpCodes.Ldfld, Globals);
        _il.Emit(OpCodes.Ldc_I4, index);
        _il.Emit(OpCodes.Ldelem_I4);
        Push(WasmType.I32);
    }

    private void CompileGlobalSet(int index)
    {
        Pop(WasmType.I32);
        var value = Spare(WasmType.I32);
        _il.Emit(OpCodes.Stloc, value);
        EmitInstance();
        _il.Emit(OpCodes.Ldfld, Globals);
        _il.Emit(OpCodes.Ldc_I4, index);
        _il.Emit(OpCodes.Ldloc, value);
        _il.Emit(OpCodes.Stelem_I4);
    }

    private void CompileOnInstance(string name, WasmType[] takes, WasmType? gives)
    {
        Pop(takes);
        EmitInstance();
        _il.Emit(OpCodes.Call, typeof(WasmInstance).GetMethod(name)!);
        Push(gives);
    }

    private void CompileCall(WasmSignature signature, MethodInfo method)
    {
        Pop(signature.Takes);
        EmitInstance();
        _il.Emit(OpCodes.Call, method);
        Push(signature.Gives);
    }

    private void CompileCallIndirect(int type)
    {
        var signature = _module.Types[type];
        Pop(WasmType.I32);
        Pop(signature.Takes);
        var index = Spare(WasmType.I32);
        _il.Emit(OpCodes.Stloc, index);
        EmitInstance();
        EmitInstance();
        _il.Emit(OpCodes.Ldloc, index);
        _il.Emit(OpCodes.Ldc_I4, type);
        _il.Emit(OpCodes.Call, typeof(WasmInstance).GetMethod(nameof(WasmInstance.Resolve))!);
        Type[] takes = [.. signature.Takes.Select(WasmTypes.ToClr), typeof(WasmInstance)];
        _il.EmitCalli(OpCodes.Calli, CallingConventions.Standard, signature.Gives?.ToClr() ?? typeof(void), takes, null);
        Push(signature.Gives);
    }

    private void CompileBlock(Instruction instruction)
    {
        if (instruction.Code == Opcode.If) Pop(WasmType.I32);
        var block = new Block
        {
            Label = _il.DefineLabel(),
            Height = _stack.Count,
            Result = instruction.Value == Opcode.NoResult ? null : (WasmType)instruction.Value,
            IsLoop = instruction.Code == Opcode.Loop,
            Else = instruction.Code == Opcode.If ? _il.DefineLabel() : null,
        };
        if (block.Else is { } otherwise) _il.Emit(OpCodes.Brfalse, otherwise);
        if (block.IsLoop)
        {
            _il.MarkLabel(block.Label);
            EmitInstance(nameof(WasmInstance.Step));
        }
        Open(block);
    }

    private void CompileElse()
    {
        var block = _blocks.Peek();
        if (!_isDead) Branch(block);
        _il.MarkLabel(block.Else!.Value);
        block.Else = null;
        Reset(block.Height);
        _isDead = false;
    }

    private void CompileEnd()
    {
        var block = _blocks.Pop();
        var goesOn = !_isDead;
        if (block.Else is { } otherwise)
        {
            _il.MarkLabel(otherwise);
            goesOn = true;
        }
        if (!block.IsLoop)
        {
            _il.MarkLabel(block.Label);
            goesOn |= block.IsReached;
        }
        _isDead = !goesOn;
        Reset(block.Height);
        Push(block.Result);
    }

    private void CompileBranchIf(Block target)
    {
        Pop(WasmType.I32);
        if (Excess(target) == 0)
        {
            target.IsReached = true;
            _il.Emit(OpCodes.Brtrue, target.Label);
            return;
        }
        var stay = _il.DefineLabel();
        _il.Emit(OpCodes.Brfalse, stay);
        Branch(target);
        _il.MarkLabel(stay);
    }

    private void CompileBranchTable(int[] depths)
    {
        Pop(WasmType.I32);
        var targets = depths.Select(BlockAt).ToArray();
        var detours = targets.Distinct().Where(target => Excess(target) > 0).ToDictionary(target => target, _ => _il.DefineLabel());
        var labels = targets.Select(target => detours.TryGetValue(target, out var detour) ? detour : target.Label).ToArray();
        foreach (var target in targets) target.IsReached = true;
        _il.Emit(OpCodes.Switch, labels[..^1]);
        _il.Emit(OpCodes.Br, labels[^1]);
        foreach (var (target, detour) in detours)
        {
            _il.MarkLabel(detour);
            Branch(target);
        }
        Die();
    }

    /// <summary>Goes to a block, with what it carries alone above what lies below it.</summary>
    private void Branch(Block target)
    {
        target.IsReached = true;
        var excess = Excess(target);
        if (excess > 0 && target.Carries is { } type) _il.Emit(OpCodes.Stloc, Spare(type));
        for (var left = excess; left > 0; left--) _il.Emit(OpCodes.Pop);
        if (excess > 0 && target.Carries is { } carried) _il.Emit(OpCodes.Ldloc, Spare(carried));
        _il.Emit(OpCodes.Br, target.Label);
    }

    private int Excess(Block target) => _stack.Count - target.Height - (target.Carries is null ? 0 : 1);

    private Block BlockAt(int depth) => _blocks.ElementAt(depth);

    private void Open(Block block) => _blocks.Push(block);

    private void Die()
    {
        _isDead = true;
        Reset(_blocks.Peek().Height);
    }

    private bool PassOver(int opcode)
    {
        if (opcode is Opcode.Block or Opcode.Loop or Opcode.If) _deadBlocks++;
        else if (_deadBlocks == 0 && opcode is Opcode.Else or Opcode.End) return false;
        else if (opcode == Opcode.End) _deadBlocks--;
        return true;
    }

    private void Reset(int height) => _stack.RemoveRange(height, _stack.Count - height);

    private void Push(WasmType? type)
    {
        if (type is { } pushed) _stack.Add(pushed);
    }

    private WasmType Pop()
    {
        if (_stack.Count <= _blocks.Peek().Height) throw new FormatException("The code takes more from the stack than is there.");
        var type = _stack[^1];
        _stack.RemoveAt(_stack.Count - 1);
        return type;
    }

    private void Pop(params ReadOnlySpan<WasmType> types)
    {
        for (var i = types.Length - 1; i >= 0; i--)
            if (Pop() != types[i])
                throw new FormatException("The code takes a value as one of another type.");
    }

    private LocalBuilder Spare(WasmType type) =>
        _spares.TryGetValue(type, out var spare) ? spare : _spares[type] = _il.DeclareLocal(type.ToClr());

    private void EmitLocal(OpCode argument, OpCode local, int index)
    {
        if (index < _signature.Takes.Length) _il.Emit(argument, (short)index);
        else _il.Emit(local, (short)(index - _signature.Takes.Length));
    }

    private void EmitInstance() => _il.Emit(OpCodes.Ldarg, (short)_signature.Takes.Length);

    private void EmitInstance(string method)
    {
        EmitInstance();
        _il.Emit(OpCodes.Call, typeof(WasmInstance).GetMethod(method)!);
    }
}
