namespace Stele.Scripting.QuickJs;

/// <summary>A script came to a limit. No script can catch it: the engine it ran in is thrown away.</summary>
internal sealed class ScriptLimitException(string message) : Exception(message);
