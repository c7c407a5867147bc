namespace Stele.Scripting.QuickJs;

/// <summary>The names that functions have in <c>quickjs.wasm</c>, where they were shortened when it was built.</summary>
internal static class QuickJsNames
{
    // What the engine imports.
    public const string Assert = "b";
    public const string WriteFile = "c";
    public const string CloseFile = "d";
    public const string EnvironmentGet = "e";
    public const string EnvironmentSizes = "f";
    public const string GrowHeap = "k";
    public const string LoadModule = "h";
    public const string LocalTime = "m";
    public const string TimeZone = "n";
    public const string SeekFile = "o";
    public const string DateNow = "p";
    public const string ClockTime = "q";
    public const string Abort = "r";
    public const string Exit = "s";
    public const string CallFunction = "t";
    public const string FreeFunction = "u";

    // What it exports.
    public const string Initialize = "v";
    public const string Malloc = "w";
    public const string Free = "N";
    public const string Throw = "x";
    public const string NewError = "y";
    public const string SetMemoryLimit = "z";
    public const string SetStackSize = "E";
    public const string GetUndefined = "F";
    public const string NewRuntime = "L";
    public const string NewContext = "O";
    public const string FreeValue = "Q";
    public const string FreeCString = "T";
    public const string NewArrayBuffer = "Y";
    public const string NewString = "$";
    public const string GetString = "aa";
    public const string GetArrayBuffer = "ba";
    public const string GetArrayBufferLength = "ca";
    public const string GetPropNumber = "ja";
    public const string SetProp = "ka";
    public const string CallValue = "na";
    public const string ResolveException = "oa";
    public const string Eval = "qa";
    public const string Typeof = "sa";
    public const string NewFunction = "Ea";
    public const string ArgumentAt = "Fa";
    public const string EnableModules = "Ia";
}
