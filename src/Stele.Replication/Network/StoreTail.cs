using System.Buffers.Binary;
using Stele.Cryptography;

namespace Stele.Replication.Network;

/// <summary>Where the next batch goes: the end of the one history that etcd has ordered.</summary>
/// <remarks>8 bytes big-endian seqno, 32 bytes digest. A batch is written only where the tail is still the one it follows.</remarks>
/// <param name="Next">The seqno that its first entry will have.</param>
/// <param name="Last">The digest of the batch before it; zero before the first.</param>
internal readonly record struct StoreTail(SeqNo Next, Digest Last)
{
    private const int Size = sizeof(long) + Digest.Size;

    /// <summary>As etcd holds it.</summary>
    public ReadOnlyMemory<byte> ToBytes()
    {
        var bytes = new byte[Size];
        BinaryPrimitives.WriteInt64BigEndian(bytes, Next.Value);
        Last.Span.CopyTo(bytes.AsSpan(sizeof(long)));
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
