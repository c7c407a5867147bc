using System.Security.Cryptography;
using System.Text;
using Stele.Cryptography.Keys;
using Stele.Cryptography.Sealing;
using Stele.Ledger.Files;
using Stele.Ledger.Secrets;

namespace Stele.Server.Home;

/// <summary>Files that hold keys: readable by their owner alone, put in place whole or not at all.</summary>
internal static class SecretFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
    private const int SizeMax = 64 * 1024;

    public static SigningKey NewKey(string path)
    {
        var key = SigningKey.Generate();
        WriteKey(path, key, "");
        return key;
    }

    /// <summary>Writes a key behind some text that needs no secrecy, such as its certificate.</summary>
    public static void WriteKey(string path, SigningKey key, string before) => WritePem(path, key.ToPem(), before);

    public static EncryptionKey NewEncryptionKey(string path)
    {
        var key = EncryptionKey.Generate();
        WritePem(path, key.ToPem(), "");
        return key;
    }

    public static EncryptionKey ReadEncryptionKey(string path) => ReadPem(path, EncryptionKey.FromPem);

    private static void WritePem(string path, char[] pem, string before)
    {
        var bytes = new byte[Encoding.ASCII.GetByteCount(before) + pem.Length + 1];
        try
        {
            var written = Encoding.ASCII.GetBytes(before, bytes);
            written += Encoding.ASCII.GetBytes(pem, bytes.AsSpan(written));
            bytes[written] = (byte)'\n';
            Durable.Replace(path, bytes, OwnerOnly);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(System.Runtime.InteropServices.MemoryMarshal.AsBytes(pem.AsSpan()));
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    public static SigningKey ReadKey(string path) => ReadPem(path, SigningKey.FromPem);

    private delegate T OfPem<T>(ReadOnlySpan<char> pem);

    private static T ReadPem<T>(string path, OfPem<T> parse)
    {
        var bytes = Read(path);
        var pem = new char[bytes.Length];
        try
        {
            return parse(pem.AsSpan(0, Encoding.ASCII.GetChars(bytes, pem)));
        }
        catch (FormatException fault)
        {
            throw new LedgerHomeException($"{path}: {fault.Message}");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(System.Runtime.InteropServices.MemoryMarshal.AsBytes(pem.AsSpan()));
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    public static LedgerSecrets NewLedgerSecrets(string path, SeqNo from)
    {
        var secrets = new LedgerSecrets([KeyValuePair.Create(from, LedgerSecret.Generate())]);
        WriteLedgerSecrets(path, secrets);
        return secrets;
    }

    public static void WriteLedgerSecrets(string path, LedgerSecrets secrets)
    {
        var bytes = LedgerSecretsFormat.Write(secrets);
        try
        {
            Durable.Replace(path, bytes, OwnerOnly);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    public static LedgerSecrets ReadLedgerSecrets(string path)
    {
        var bytes = Read(path);
        try
        {
            return LedgerSecretsFormat.Read(bytes);
        }
        catch (FormatException fault)
        {
            throw new LedgerHomeException($"{path}: {fault.Message}");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private static byte[] Read(string path)
    {
        var mode = File.GetUnixFileMode(path);
        if ((mode & Others) != UnixFileMode.None)
            throw new LedgerHomeException($"{path} can be read by others than its owner; run: chmod 600 {path}");
        if (new FileInfo(path).Length > SizeMax) throw new LedgerHomeException($"{path} is too long to be a key.");
        return File.ReadAllBytes(path);
    }
}
