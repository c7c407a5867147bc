using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;

namespace Stele.Replication.Network;

/// <summary>Which history of etcd's holds a ledger: a name of its own, given whenever a node begins the store.</summary>
/// <remarks>
/// A copy of etcd's data in another cluster, as a restored backup is, still names the cluster that it was made for. A store
/// that an operator let a node begin anew names those that it takes the place of: nodes that knew one of them go on with it.
/// </remarks>
/// <param name="Id">32 hexadecimal digits, by chance.</param>
/// <param name="Cluster">The etcd cluster that it was begun in.</param>
/// <param name="After">The ids of those that it takes the place of, the last one first.</param>
internal sealed record StoreIdentity(string Id, ulong Cluster, IReadOnlyList<string> After)
{
    private const int AfterMax = 16;

    /// <summary>A new one.</summary>
    /// <param name="cluster">The etcd cluster that it is begun in.</param>
    /// <param name="before">What was known of those before it.</param>
    public static StoreIdentity Begin(ulong cluster, IEnumerable<string> before) => new(
        RandomNumberGenerator.GetHexString(32, lowercase: true), cluster,
        [.. before.Distinct(StringComparer.Ordinal).Take(AfterMax)]);

    /// <summary>As etcd holds it: JSON.</summary>
    public ReadOnlyMemory<byte> ToBytes() => JsonSerializer.SerializeToUtf8Bytes(
        new { id = Id, cluster = Cluster.ToString(CultureInfo.InvariantCulture), after = After });

    /// <summary>Reads it.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static StoreIdentity Parse(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var json = JsonDocument.Parse(bytes);
            return new StoreIdentity(
                json.RootElement.GetProperty("id").GetString()!,
                ulong.Parse(json.RootElement.GetProperty("cluster").GetString()!, NumberStyles.None, CultureInfo.InvariantCulture),
                [.. json.RootElement.GetProperty("after").EnumerateArray().Select(id => id.GetString()!)]);
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException
            or ArgumentNullException or OverflowException)
        {
            throw new FormatException("The store's identity in etcd is not what a node writes there.", fault);
        }
    }
}
