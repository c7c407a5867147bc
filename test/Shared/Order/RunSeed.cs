using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace Stele.Tests;

/// <summary>What everything that is left to chance in a run of the tests begins with.</summary>
/// <remarks>
/// It is the same each time, so that a run speaks of the change that it tests; <c>TEST_SEED</c> names another, or, as
/// <c>new</c>, one that nobody knows before: to look for what nobody has found yet.
/// </remarks>
internal static class RunSeed
{
    /// <summary>The seed of this run.</summary>
    public static ulong Value { get; } = Environment.GetEnvironmentVariable("TEST_SEED") switch
    {
        null or "" => 0x5354454C45,
        "new" => BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8)),
        var named => ulong.Parse(named, CultureInfo.InvariantCulture),
    };
}
