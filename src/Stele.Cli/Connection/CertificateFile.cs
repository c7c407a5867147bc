using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Stele.Cryptography.Certificates;

namespace Stele.Cli.Connection;

/// <summary>Certificates out of PEM files.</summary>
internal static class CertificateFile
{
    public static X509Certificate2 Read(string path) =>
        CertificatePem.TryRead(Text(path), out var certificate) ? certificate : throw Wrong(path, "a certificate in PEM");

    /// <summary>A certificate with its key, both in one file.</summary>
    public static X509Certificate2 ReadWithKey(string path)
    {
        var text = Text(path);
        try
        {
            return X509Certificate2.CreateFromPem(text, text);
        }
        catch (CryptographicException)
        {
            throw Wrong(path, "a certificate and its private key, both in PEM");
        }
    }

    /// <summary>The text of a file.</summary>
    public static string Text(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException fault)
        {
            throw new CommandFailedException($"{path} cannot be read: {fault.Message}", ExitCode.Failed);
        }
        catch (UnauthorizedAccessException)
        {
            throw new CommandFailedException($"{path} cannot be read by this user.", ExitCode.Failed);
        }
    }

    private static CommandFailedException Wrong(string path, string right) =>
        new($"{path} does not hold {right}.", ExitCode.Failed);
}
