using System.Reflection.Emit;

namespace Stele.Scripting.WebAssembly;

/// <summary>A block of a function while it is compiled: where a branch to it goes, and what it finds and leaves on the stack.</summary>
internal sealed class Block
{
    /// <summary>Where a branch goes: the start of a loop, the end of anything else.</summary>
    public required Label Label { get; init; }

    /// <summary>How many values lie on the stack below it.</summary>
    public required int Height { get; init; }

    /// <summary>What it leaves.</summary>
    public WasmType? Result { get; init; }

    /// <summary>Whether a branch goes to its start.</summary>
    public bool IsLoop { get; init; }

    /// <summary>Where an <c>if</c> goes on when its condition is false, until its <c>else</c> is reached.</summary>
    public Label? Else { get; set; }

    /// <summary>Whether a branch to its end was compiled.</summary>
    public bool IsReached { get; set; }

    /// <summary>What a branch to it takes along.</summary>
    public WasmType? Carries => IsLoop ? null : Result;
}
