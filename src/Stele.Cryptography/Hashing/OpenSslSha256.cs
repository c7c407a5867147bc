using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Stele.Cryptography.Hashing;

/// <summary>
/// OpenSSL's SHA-256 without the setting-up that its general interface does for each hash: a ledger hashes millions of
/// messages of 64 bytes, and that setting-up takes five times as long as hashing one.
/// </summary>
/// <remarks>
/// The library is the one that the runtime itself uses on Linux. Where it or one of the functions is missing,
/// <see cref="IsThere"/> is false and the runtime's own classes are used. docs/decisions/0009-sha256.md has the figures.
/// </remarks>
internal static unsafe class OpenSslSha256
{
    /// <summary>The size of a hash's state in bytes: <c>sizeof(SHA256_CTX)</c> is 112.</summary>
    public const int StateSize = 128;

    // The calls return within a microsecond, so the runtime need not be told of them; longer messages go another way.
    private static readonly delegate* unmanaged[SuppressGCTransition]<byte*, int> InitFunction;
    private static readonly delegate* unmanaged[SuppressGCTransition]<byte*, byte*, nuint, int> UpdateFunction;
    private static readonly delegate* unmanaged[SuppressGCTransition]<byte*, byte*, int> FinalFunction;

    [SuppressMessage("Performance", "CA1810", Justification = "Three functions of one library are there together or not at all.")]
    [SuppressMessage("Minor Code Smell", "S3963", Justification = "As above.")]
    static OpenSslSha256()
    {
        if (!OperatingSystem.IsLinux() || !NativeLibrary.TryLoad("libcrypto.so.3", out var library)) return;
        if (!NativeLibrary.TryGetExport(library, "SHA256_Init", out var init)
            || !NativeLibrary.TryGetExport(library, "SHA256_Update", out var update)
            || !NativeLibrary.TryGetExport(library, "SHA256_Final", out var final)) return;
        InitFunction = (delegate* unmanaged[SuppressGCTransition]<byte*, int>)init;
        UpdateFunction = (delegate* unmanaged[SuppressGCTransition]<byte*, byte*, nuint, int>)update;
        FinalFunction = (delegate* unmanaged[SuppressGCTransition]<byte*, byte*, int>)final;
        IsThere = true;
    }

    /// <summary>Whether the functions can be called.</summary>
    public static bool IsThere { get; }

    /// <summary>Begins a hash.</summary>
    public static void Begin(Span<byte> state)
    {
        fixed (byte* s = state) InitFunction(s);
    }

    /// <summary>Takes in a part of the message.</summary>
    public static void Add(Span<byte> state, ReadOnlySpan<byte> data)
    {
        fixed (byte* s = state)
        fixed (byte* d = data)
            UpdateFunction(s, d, (nuint)data.Length);
    }

    /// <summary>Ends a hash.</summary>
    public static void End(Span<byte> state, Span<byte> hash)
    {
        fixed (byte* s = state)
        fixed (byte* h = hash)
            FinalFunction(h, s);
    }
}
