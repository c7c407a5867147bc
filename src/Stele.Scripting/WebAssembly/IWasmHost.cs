namespace Stele.Scripting.WebAssembly;

/// <summary>What an instance's code may ask of the world: nothing but this.</summary>
internal interface IWasmHost
{
    /// <summary>Does what an imported function does.</summary>
    /// <param name="instance">Who asks.</param>
    /// <param name="import">The function's name.</param>
    /// <param name="arguments">The arguments' bits.</param>
    /// <returns>The result's bits.</returns>
    long Call(WasmInstance instance, string import, long[] arguments);

    /// <summary>Called each time that as many steps were made as were allowed: gives some more, or throws.</summary>
    long MoreSteps();
}
