using Stele.Scripting;

namespace Stele.Governance.Proposals;

/// <summary>Why a script of the constitution or a ballot failed.</summary>
/// <param name="Reason">What is wrong.</param>
/// <param name="Trace">Where; null where nothing is known.</param>
public sealed record ScriptFailure(string Reason, string? Trace)
{
    private const int LengthMax = 2048;

    internal static ScriptFailure Of(ScriptError error) =>
        new(Short(error.ToString()), error.Trace.Length == 0 ? null : Short(error.Trace));

    // It is written to the ledger, and whoever wrote the script wrote this too.
    private static string Short(string text) => text.Length <= LengthMax ? text : text[..LengthMax];
}
