using System.Buffers.Binary;

namespace Stele.Scripting.WebAssembly;

/// <summary>
/// A module (WebAssembly core specification, 5.5): one memory, one table of functions, globals of 32 bits, functions with at
/// most one result. That is what compilers of C write; anything else is refused.
/// </summary>
internal sealed class WasmModule
{
    private const uint Magic = 0x6D736100;

    private WasmModule()
    {
    }

    /// <summary>The signatures that functions have.</summary>
    public WasmSignature[] Types { get; private set; } = [];

    /// <summary>The functions that the host provides, by name. They come first among all functions.</summary>
    public (string Name, int Type)[] Imports { get; private set; } = [];

    /// <summary>The signatures of the module's own functions.</summary>
    public int[] Functions { get; private set; } = [];

    /// <summary>The bodies of these functions.</summary>
    public ReadOnlyMemory<byte>[] Bodies { get; private set; } = [];

    /// <summary>What the globals begin with.</summary>
    public int[] Globals { get; private set; } = [];

    /// <summary>The functions that the host may call, by name.</summary>
    public IReadOnlyDictionary<string, int> Exports { get; private set; } = new Dictionary<string, int>();

    /// <summary>The table of functions that code calls by number; -1 where there is none.</summary>
    public int[] Table { get; private set; } = [];

    /// <summary>What the memory begins with, each piece with its address.</summary>
    public (int Address, ReadOnlyMemory<byte> Bytes)[] Data { get; private set; } = [];

    /// <summary>The function that runs first.</summary>
    public int? Start { get; private set; }

    /// <summary>A function's signature, imports first.</summary>
    public WasmSignature SignatureOf(int function) =>
        Types[function < Imports.Length ? Imports[function].Type : Functions[function - Imports.Length]];

    /// <summary>Reads a module.</summary>
    /// <exception cref="FormatException">The bytes are no module, or one that needs more than is provided.</exception>
    public static WasmModule Read(ReadOnlyMemory<byte> bytes)
    {
        var reader = new WasmReader(bytes);
        if (BinaryPrimitives.ReadUInt32LittleEndian(reader.Bytes(4).Span) != Magic || reader.Byte() != 1)
            throw new FormatException("No module of version 1.");
        reader.Bytes(3);
        var module = new WasmModule();
        while (!reader.IsAtEnd)
        {
            var section = reader.Byte();
            module.ReadSection(section, new WasmReader(reader.Bytes(reader.Index())));
        }
        return module;
    }

    private void ReadSection(byte section, WasmReader reader)
    {
        switch (section)
        {
            case 1: Types = reader.Vector(ReadType); break;
            case 2: ReadImports(reader); break;
            case 3: Functions = reader.Vector(r => r.Index()); break;
            case 4: Table = reader.Vector(ReadTable).Single(); break;
            case 6: Globals = reader.Vector(ReadGlobal); break;
            case 7: ReadExports(reader); break;
            case 8: Start = reader.Index(); break;
            case 9: reader.Vector(ReadElements); break;
            case 10: Bodies = reader.Vector(r => r.Bytes(r.Index())); break;
            case 11: Data = reader.Vector(ReadData); break;
            default: break;
        }
    }

    private static WasmSignature ReadType(WasmReader reader)
    {
        if (reader.Byte() != 0x60) throw new FormatException("A type that is no function's.");
        var takes = reader.Vector(r => (WasmType)r.Byte());
        var gives = reader.Vector(r => (WasmType)r.Byte());
        return gives.Length > 1 ? throw new FormatException("A function of several results.")
            : new WasmSignature(takes, gives.Length == 0 ? null : gives[0]);
    }

    private void ReadImports(WasmReader reader)
    {
        var functions = new List<(string, int)>();
        for (var left = reader.Index(); left > 0; left--)
        {
            reader.Name();
            var name = reader.Name();
            switch (reader.Byte())
            {
                case 0: functions.Add((name, reader.Index())); break;
                case 2: SkipLimits(reader); break;
                default: throw new FormatException("Only functions and a memory can be imported.");
            }
        }
        Imports = [.. functions];
    }

    private static int[] ReadTable(WasmReader reader)
    {
        if (reader.Byte() != 0x70) throw new FormatException("A table that is not of functions.");
        var table = new int[SkipLimits(reader)];
        Array.Fill(table, -1);
        return table;
    }

    private static int SkipLimits(WasmReader reader)
    {
        var hasMaximum = reader.Byte() != 0;
        var minimum = reader.Index();
        if (hasMaximum) reader.Index();
        return minimum;
    }

    private static int ReadGlobal(WasmReader reader)
    {
        if ((WasmType)reader.Byte() != WasmType.I32) throw new FormatException("A global that is not of 32 bits.");
        reader.Byte();
        return ReadConstant(reader);
    }

    private static int ReadConstant(WasmReader reader)
    {
        var isConstant = reader.Byte() == Opcode.I32Const;
        var value = reader.Signed32();
        return isConstant && reader.Byte() == Opcode.End ? value : throw new FormatException("No constant of 32 bits.");
    }

    private void ReadExports(WasmReader reader)
    {
        var exports = new Dictionary<string, int>();
        for (var left = reader.Index(); left > 0; left--)
        {
            var name = reader.Name();
            var isFunction = reader.Byte() == 0;
            var index = reader.Index();
            if (isFunction) exports[name] = index;
        }
        Exports = exports;
    }

    private int ReadElements(WasmReader reader)
    {
        if (reader.Unsigned() != 0) throw new FormatException("Functions that are not put into the table at once.");
        var at = ReadConstant(reader);
        var functions = reader.Vector(r => r.Index());
        functions.CopyTo(Table, at);
        return functions.Length;
    }

    private static (int, ReadOnlyMemory<byte>) ReadData(WasmReader reader)
    {
        if (reader.Unsigned() != 0) throw new FormatException("Data that is not put into memory at once.");
        var address = ReadConstant(reader);
        return (address, reader.Bytes(reader.Index()));
    }
}
