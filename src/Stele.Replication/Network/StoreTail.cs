using System.Buffers.Binary;
using Stele.Cryptography;

namespace Stele.Replication.Network;

/// <summary>Where the next batch goes: the end of the one history that etcd has ordered.</summary>
/// <remarks>
/// 8 bytes big-endian seqno, 32 bytes root. A batch is written only where the tail is still the one it follows. The root is
/// over everything before it: two histories that differ anywhere have different tails.
/// </remarks>
/// <param name="Next">The seqno that its first entry will have.</param>
/// <param name="Root">The Merkle root over all entries before it.</param>
internal readonly record struct StoreTail(SeqNo Next, Digest Root)
{
    private const int Size = sizeof(long) + Digest.Size;

    /// <summary>As etcd holds it.</summary>
    public ReadOnlyMemory<byte> ToBytes()
    {
        var bytes = new byte[Size];
        BinaryPrimitives.WriteInt64BigEndian(bytes, Next.Value);
        Root.Span.CopyTo(bytes.AsSpan(sizeof(long)));
        return bytes;
    }

    /// <summary>Reads it.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static StoreTail Parse(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length != Size || BinaryPrimitives.ReadInt64BigEndian(bytes.Span) is not (> 0 and var next))
            throw new FormatException("The tail in etcd is not what a node writes there.");
        return new StoreTail(new SeqNo(next), new Digest(bytes.Span[sizeof(long)..]));
    }
}
