using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;

namespace Stele.Scripting;

/// <summary>What every script can ask: texts as buffers and back, digests, certificates. Nothing of it depends on the machine.</summary>
public static class PlainBindings
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Answers an operation, if it is one of these.</summary>
    /// <param name="operation">What is asked.</param>
    /// <param name="arguments">A JSON array.</param>
    /// <param name="buffer">The first buffer.</param>
    /// <param name="answer">The answer.</param>
    /// <returns>Whether it is one of these.</returns>
    /// <exception cref="ScriptHostException">An argument is not as it must be.</exception>
    public static bool TryAnswer(string operation, JsonElement arguments, byte[]? buffer, out HostAnswer answer)
    {
        try
        {
            var found = Answer(operation, arguments, buffer);
            answer = found ?? HostAnswer.Nothing;
            return found is not null;
        }
        catch (Exception fault) when (fault is FormatException or CryptographicException or ArgumentException
            or InvalidOperationException or IndexOutOfRangeException)
        {
            throw new ScriptHostException(fault.Message);
        }
    }

    private static HostAnswer? Answer(string operation, JsonElement arguments, byte[]? buffer) => operation switch
    {
        "log" => HostAnswer.Nothing,
        "strToBuf" => HostAnswer.Of(Utf8.GetBytes(Text(arguments))),
        "bufToStr" => HostAnswer.Of(Utf8.GetString(Needed(buffer))),
        "encode" => HostAnswer.Of(Convert.ToBase64String(Needed(buffer))),
        "decode" => HostAnswer.Of(Convert.FromBase64String(Text(arguments))),
        "digest" => HostAnswer.Of(DigestOf(Text(arguments), Needed(buffer))),
        "pemToId" => HostAnswer.Of(IdOf(Text(arguments))),
        "isValidX509CertBundle" => HostAnswer.Of(IsCertificates(Text(arguments))),
        _ => null,
    };

    private static string Text(JsonElement arguments) =>
        arguments[0].GetString() ?? throw new ScriptHostException("Argument must be a string");

    private static byte[] Needed(byte[]? buffer) => buffer ?? throw new ScriptHostException("Argument must be an ArrayBuffer");

    private static byte[] DigestOf(string algorithm, byte[] data) => algorithm == "SHA-256"
        ? SHA256.HashData(data)
        : throw new ScriptHostException($"There is no digest {algorithm}; there is SHA-256.");

    private static string IdOf(string pem)
    {
        using var certificate = X509Certificate2.CreateFromPem(pem);
        return Convert.ToHexStringLower(SHA256.HashData(certificate.RawData));
    }

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
