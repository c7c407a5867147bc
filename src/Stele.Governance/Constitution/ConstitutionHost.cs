using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Stele.Attestation.Snp;
using Stele.Governance.Nodes;
using Stele.Scripting;

namespace Stele.Governance.Constitution;

/// <summary>What constitutions and ballots can ask: CCF's bindings, as far as governance has use for them.</summary>
/// <param name="state">The tables.</param>
/// <param name="mayWrite">Whether they may be changed.</param>
/// <param name="service">What the service does itself.</param>
/// <param name="check">Checks a constitution at the cost of the script that asks for it; none for scripts that may not ask.</param>
internal sealed class ConstitutionHost(
    GovernanceState state, bool mayWrite, IServiceActions service, Func<string, ScriptError?>? check = null) : IScriptHost
{
    private readonly TableAccess _tables = new(state, mayWrite);
    private readonly ServiceBindings _service = new(state, mayWrite, service);

    /// <inheritdoc/>
    public HostAnswer Answer(string operation, JsonElement arguments, byte[]? first, byte[]? second)
    {
        try
        {
            if (operation.StartsWith("kv.", StringComparison.Ordinal)) return _tables.Answer(operation, arguments, first, second);
            if (PlainBindings.TryAnswer(operation, arguments, first, out var answer)) return answer;
            return operation switch
            {
                "tcbHexToPolicy" => HostAnswer.OfJson(TcbPolicy(Text(arguments, 0), Text(arguments, 1))),
                "gov.validateConstitution" => ValidateConstitution(Text(arguments, 0)),
                _ => _service.Answer(operation, arguments, first, second),
            };
        }
        catch (Exception fault) when (fault is FormatException or CryptographicException or ArgumentException
            or InvalidOperationException or IndexOutOfRangeException)
        {
            throw new ScriptHostException(fault.Message);
        }
    }

    // One script within another, and no further: each has an engine of its own.
    private HostAnswer ValidateConstitution(string script)
    {
        if (check is null) throw new ScriptHostException("Only the constitution in force has another one checked.");
        return check(script) is { } error
            ? throw new ScriptHostException($"The constitution cannot be taken: {error}")
            : HostAnswer.Nothing;
    }

    private static string Text(JsonElement arguments, int index) =>
        arguments[index].GetString() ?? throw new ScriptHostException("Argument must be a string");

    private static string TcbPolicy(string cpuId, string tcb) => SnpTcbVersion.TryParse(tcb, out var version)
        ? Encoding.UTF8.GetString(TcbRow.Write(cpuId, version))
        : throw new ScriptHostException("A TCB version has 16 hexadecimal digits.");
}
