using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Stele.Attestation.Snp;
using Stele.Governance.Nodes;
using Stele.Scripting;

namespace Stele.Governance.Constitution;

/// <summary>What constitutions and ballots can ask: CCF's bindings, as far as governance has use for them.</summary>
internal sealed class ConstitutionHost(
    GovernanceState state, bool mayWrite, IServiceActions service, ConstitutionRunner runner) : IScriptHost
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private readonly TableAccess _tables = new(state, mayWrite);
    private readonly ServiceBindings _service = new(state, mayWrite, service);

    /// <inheritdoc/>
    public HostAnswer Answer(string operation, JsonElement arguments, byte[]? first, byte[]? second)
    {
        try
        {
            if (operation.StartsWith("kv.", StringComparison.Ordinal)) return _tables.Answer(operation, arguments, first, second);
            return operation switch
            {
                "log" => HostAnswer.Nothing,
                "strToBuf" => HostAnswer.Of(Utf8.GetBytes(Text(arguments, 0))),
                "bufToStr" => HostAnswer.Of(Utf8.GetString(Buffer(first))),
                "encode" => HostAnswer.Of(Convert.ToBase64String(Buffer(first))),
                "decode" => HostAnswer.Of(Convert.FromBase64String(Text(arguments, 0))),
                "digest" => HostAnswer.Of(DigestOf(Text(arguments, 0), Buffer(first))),
                "pemToId" => HostAnswer.Of(IdOf(Text(arguments, 0))),
                "isValidX509CertBundle" => HostAnswer.Of(IsCertificates(Text(arguments, 0))),
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

    private HostAnswer ValidateConstitution(string script) => runner.Check(script) is { } error
        ? throw new ScriptHostException($"The constitution cannot be taken: {error}")
        : HostAnswer.Nothing;

    private static string Text(JsonElement arguments, int index) =>
        arguments[index].GetString() ?? throw new ScriptHostException("Argument must be a string");

    private static byte[] Buffer(byte[]? buffer) => buffer ?? throw new ScriptHostException("Argument must be an ArrayBuffer");

    private static byte[] DigestOf(string algorithm, byte[] data) => algorithm == "SHA-256"
        ? SHA256.HashData(data)
        : throw new ScriptHostException($"There is no digest {algorithm}; there is SHA-256.");

    private static string IdOf(string pem)
    {
        using var certificate = X509Certificate2.CreateFromPem(pem);
        return Convert.ToHexStringLower(SHA256.HashData(certificate.RawData));
    }

    private static string TcbPolicy(string cpuId, string tcb) => SnpTcbVersion.TryParse(tcb, out var version)
        ? Utf8.GetString(TcbRow.Write(cpuId, version))
        : throw new ScriptHostException("A TCB version has 16 hexadecimal digits.");

    private static bool IsCertificates(string pem)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(pem);
            return certificates.Count > 0;
        }
        catch (CryptographicException)
        {
            return false;
        }
        finally
        {
            foreach (var certificate in certificates) certificate.Dispose();
        }
    }
}
