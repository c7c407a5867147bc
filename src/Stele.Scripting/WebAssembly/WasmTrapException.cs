namespace Stele.Scripting.WebAssembly;

/// <summary>The code of a module did what it must not, such as to read beyond its memory; the instance is of no use any more.</summary>
internal sealed class WasmTrapException(string message, Exception? inner = null) : Exception(message, inner);
