using System.Security.Cryptography;
using System.Text;

namespace Stele.Server.Sealing;

/// <summary>
/// Seals files by AES-256-GCM, each under a random vector (12 bytes), with its header and its name authenticated along: no
/// file can be put in another's place. A sealed file is header, vector, ciphertext, tag (16 bytes).
/// </summary>
public sealed class KeySeal : IDisposable
{
    /// <summary>The size in bytes of the key that each way gives.</summary>
    internal const int KeySize = 32;

    private const int IvSize = 12;
    private const int TagSize = 16;
    private const int KeyIdSize = 8;
    private const int SizeMax = 1 << 20;

    private readonly SealedHeader _header;
    private readonly AesGcm _cipher;
    private readonly Lock _lock = new(); // a cipher is one thread's at a time

    /// <summary>A seal under a way's key.</summary>
    /// <param name="way">The way.</param>
    /// <param name="key">Its 32 bytes, which this neither keeps nor zeroes.</param>
    internal KeySeal(SealWay way, ReadOnlySpan<byte> key)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, KeySize, nameof(key));
        Way = way;
        Span<byte> derived = stackalloc byte[KeySize];
        Span<byte> id = stackalloc byte[KeyIdSize];
        try
        {
            HKDF.Expand(HashAlgorithmName.SHA256, key, derived, "Stele sealed files"u8);
            HKDF.Expand(HashAlgorithmName.SHA256, key, id, "Stele seal's name"u8);
            _cipher = new AesGcm(derived, TagSize);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(derived);
        }
        _header = new SealedHeader(way.Name, Convert.ToHexStringLower(id));
    }

    /// <summary>What opens the seal.</summary>
    public SealWay Way { get; }

    /// <summary>
    /// Whether files from before there were seals are believed. Not where the platform seals: whoever owns the disk could put
    /// a key there that they know, and the node would show evidence about it.
    /// </summary>
    internal bool TakesPlain => Way is not SealWay.Platform;

    /// <summary>Seals a file's contents.</summary>
    /// <param name="name">The file's name, without its directory.</param>
    /// <param name="contents">The contents.</param>
    internal byte[] Seal(string name, ReadOnlySpan<byte> contents)
    {
        var header = _header.ToBytes();
        var file = new byte[header.Length + IvSize + contents.Length + TagSize];
        header.CopyTo(file, 0);
        var iv = file.AsSpan(header.Length, IvSize);
        RandomNumberGenerator.Fill(iv);
        var ciphertext = file.AsSpan(header.Length + IvSize, contents.Length);
        lock (_lock)
            _cipher.Encrypt(iv, contents, ciphertext, file.AsSpan(file.Length - TagSize), AssociatedData(header, name));
        return file;
    }

    /// <summary>Opens a sealed file.</summary>
    /// <param name="name">The file's name, without its directory.</param>
    /// <param name="file">The file; a mebibyte at most.</param>
    /// <returns>The contents; the caller zeroes them.</returns>
    /// <exception cref="FormatException">It was sealed otherwise, under another name, or was altered; the message says which.</exception>
    internal byte[] Open(string name, ReadOnlySpan<byte> file)
    {
        var header = SealedHeader.Read(file, out var length);
        if (header != _header) throw new FormatException(Difference(header));
        if (file.Length < length + IvSize + TagSize || file.Length > SizeMax)
            throw new FormatException($"{file.Length} bytes cannot be a sealed file.");
        var contents = GC.AllocateArray<byte>(file.Length - length - IvSize - TagSize, pinned: true);
        try
        {
            var associatedData = AssociatedData(file[..length], name);
            lock (_lock)
                _cipher.Decrypt(
                    file.Slice(length, IvSize), file[(length + IvSize)..^TagSize], file[^TagSize..], contents, associatedData);
            return contents;
        }
        catch (AuthenticationTagMismatchException fault)
        {
            throw new FormatException("It has been altered, or is another file than its name says.", fault);
        }
    }

    /// <summary>Zeroes the key.</summary>
    public void Dispose() => _cipher.Dispose();

    private static byte[] AssociatedData(ReadOnlySpan<byte> header, string name) => [.. header, .. Encoding.UTF8.GetBytes(name)];

    private string Difference(SealedHeader found)
    {
        if (found.Way != _header.Way)
            return $"It is sealed by {found.Way}, and was to be opened by {_header.Way}: say --seal {found.Way}… as when it was sealed, "
                + "or let `stele node seal` re-seal the node's files.";
        return Way switch
        {
            SealWay.Platform =>
                "It is sealed to another measurement, policy or processor than this one's. Start what it was sealed by, and let "
                + "`stele node seal` re-seal it before an upgrade; or let this machine join the network as a new node.",
            SealWay.KeyFile => "It is sealed under the key of another key file; say --seal key-file:PATH with the right one.",
            _ => "It is sealed under another data key than keys/data-key; restore that file as it was beside it.",
        };
    }
}
