using System.Security.Cryptography;
using System.Text;
using Stele.Cryptography.Keys;
using Stele.Cryptography.Sealing;
using Stele.Ledger.Files;
using Stele.Ledger.Secrets;
using Stele.Server.Sealing;

namespace Stele.Server.Home;

/// <summary>
/// Files that hold keys: sealed, readable by their owner alone, put in place whole or not at all. The keys of persons, which
/// are handed out, are not sealed: nobody else could open them.
/// </summary>
/// <param name="seal">What they are sealed by; null for files of persons.</param>
internal sealed class SecretFile(KeySeal? seal)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
    private const int SizeMax = 1 << 20;

    /// <summary>Files of persons.</summary>
    public static SecretFile OfPersons { get; } = new(null);

    /// <summary>Seals what lies here from before there were seals, and deletes what a crash left half written.</summary>
    /// <param name="keys">The directory of keys.</param>
    /// <returns>The names of the files that were sealed.</returns>
    /// <exception cref="LedgerHomeException">The seal believes no plain files.</exception>
    public IReadOnlyList<string> SealPlain(string keys)
    {
        foreach (var path in SealedFiles.Unfinished(keys)) File.Delete(path);
        var plain = SealedFiles.Sealable(keys).Where(path => !SealedFiles.IsSealed(path)).ToList();
        foreach (var path in plain) Write(path, Read(path));
        return [.. plain.Select(path => Path.GetFileName(path))];
    }

    public SigningKey NewKey(string path)
    {
        var key = SigningKey.Generate();
        WriteKey(path, key, "");
        return key;
    }

    /// <summary>Writes a key behind some text that needs no secrecy, such as its certificate.</summary>
    public void WriteKey(string path, SigningKey key, string before) => WritePem(path, key.ToPem(), before);

    public EncryptionKey NewEncryptionKey(string path)
    {
        var key = EncryptionKey.Generate();
        WritePem(path, key.ToPem(), "");
        return key;
    }

    public EncryptionKey ReadEncryptionKey(string path) => ReadPem(path, EncryptionKey.FromPem);

    private void WritePem(string path, char[] pem, string before)
    {
        var bytes = GC.AllocateArray<byte>(Encoding.ASCII.GetByteCount(before) + pem.Length + 1, pinned: true);
        try
        {
            var written = Encoding.ASCII.GetBytes(before, bytes);
            written += Encoding.ASCII.GetBytes(pem, bytes.AsSpan(written));
            bytes[written] = (byte)'\n';
            Write(path, bytes);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(System.Runtime.InteropServices.MemoryMarshal.AsBytes(pem.AsSpan()));
        }
    }

    public SigningKey ReadKey(string path) => ReadPem(path, SigningKey.FromPem);

    private delegate T OfPem<T>(ReadOnlySpan<char> pem);

    private T ReadPem<T>(string path, OfPem<T> parse)
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

    public LedgerSecrets NewLedgerSecrets(string path, SeqNo from)
    {
        var secrets = new LedgerSecrets([KeyValuePair.Create(from, LedgerSecret.Generate())]);
        WriteLedgerSecrets(path, secrets);
        return secrets;
    }

    public void WriteLedgerSecrets(string path, LedgerSecrets secrets) => Write(path, LedgerSecretsFormat.Write(secrets));

    public LedgerSecrets ReadLedgerSecrets(string path)
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

    /// <summary>Puts a secret in its file, and zeroes it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="contents">The secret.</param>
    public void Write(string path, byte[] contents)
    {
        try
        {
            Durable.Replace(path, seal is null ? contents : seal.Seal(Path.GetFileName(path), contents), OwnerOnly);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(contents);
        }
    }

    /// <summary>Reads a secret; the caller zeroes it.</summary>
    /// <param name="path">Its file.</param>
    /// <exception cref="LedgerHomeException">The file is open to others, or the seal does not open it.</exception>
    public byte[] Read(string path)
    {
        var bytes = ReadPrivate(path);
        try
        {
            if (SealedHeader.IsThere(bytes)) return seal is null ? throw Fault("It is sealed, and should not be.") : Opened(bytes);
            if (seal is null || seal.TakesPlain) return bytes;
        }
        catch (FormatException fault)
        {
            throw Fault(fault.Message);
        }
        CryptographicOperations.ZeroMemory(bytes);
        throw Fault(
            "It is not sealed, and on a platform that seals somebody else may have put it there. If it is the node's own, from "
            + "before there were seals, run: stele node seal --to platform");

        byte[] Opened(byte[] file) => seal.Open(Path.GetFileName(path), file);
        LedgerHomeException Fault(string why) => new($"{path}: {why}");
    }

    /// <summary>Refuses a file that is not its owner's alone.</summary>
    /// <exception cref="LedgerHomeException">Others may read it.</exception>
    public static void DemandPrivate(string path) => Demand(File.GetUnixFileMode(path), path);

    private static void Demand(UnixFileMode mode, string path)
    {
        if ((mode & Others) != UnixFileMode.None)
            throw new LedgerHomeException($"{path} can be read by others than its owner; run: chmod 600 {path}");
    }

    /// <summary>Reads a file that is its owner's alone, as it stands.</summary>
    /// <exception cref="LedgerHomeException">Others may read it, or it is too long.</exception>
    public static byte[] ReadPrivate(string path)
    {
        using var file = File.OpenHandle(path);
        Demand(File.GetUnixFileMode(file), path);
        var length = RandomAccess.GetLength(file);
        if (length > SizeMax) throw new LedgerHomeException($"{path} is too long to be a key.");
        var bytes = GC.AllocateArray<byte>((int)length, pinned: true);
        for (var done = 0; done < bytes.Length;)
        {
            var read = RandomAccess.Read(file, bytes.AsSpan(done), done);
            if (read == 0) throw new IOException($"{path} was cut short while it was read.");
            done += read;
        }
        return bytes;
    }
}
