using System.Buffers;
using System.Buffers.Binary;

namespace Stele.Ledger.Collections;

/// <summary>
/// The key of a record, whose bytes sort as what it is made of: a kind, texts, a seqno. A text's zero byte becomes
/// <c>00 FF</c> and its end is <c>00 01</c>, so that no text's key is the beginning of another's.
/// </summary>
internal sealed class RecordKey
{
    /// <summary>The size of a seqno in bytes: big-endian, at the end of the key.</summary>
    public const int SeqNoSize = sizeof(long);

    private const byte Escape = 0x00;
    private const byte EscapedZero = 0xFF;
    private const byte TextEnd = 0x01;

    private readonly ArrayBufferWriter<byte> _bytes = new(64);

    public ReadOnlySpan<byte> Bytes => _bytes.WrittenSpan;

    /// <summary>A new key.</summary>
    public static RecordKey Of(RecordKind kind) => new RecordKey().Restart(kind);

    /// <summary>Begins the key anew.</summary>
    public RecordKey Restart(RecordKind kind)
    {
        _bytes.ResetWrittenCount();
        _bytes.Write([(byte)kind]);
        return this;
    }

    /// <summary>Makes the key of a part.</summary>
    public ReadOnlySpan<byte> Restart(ReadOnlySpan<byte> prefix, long seqno)
    {
        _bytes.ResetWrittenCount();
        _bytes.Write(prefix);
        return SeqNo(seqno).Bytes;
    }

    public RecordKey Text(ReadOnlySpan<byte> text)
    {
        for (var zero = text.IndexOf(Escape); zero >= 0; zero = text.IndexOf(Escape))
        {
            _bytes.Write(text[..zero]);
            _bytes.Write([Escape, EscapedZero]);
            text = text[(zero + 1)..];
        }
        _bytes.Write(text);
        _bytes.Write([Escape, TextEnd]);
        return this;
    }

    public RecordKey SeqNo(long seqno)
    {
        BinaryPrimitives.WriteInt64BigEndian(_bytes.GetSpan(SeqNoSize), seqno);
        _bytes.Advance(SeqNoSize);
        return this;
    }

    /// <summary>The seqno at the end of a key.</summary>
    public static long SeqNoOf(ReadOnlySpan<byte> key) => BinaryPrimitives.ReadInt64BigEndian(key[^SeqNoSize..]);

    /// <summary>The text that stands at an offset of a key.</summary>
    public static byte[] TextOf(ReadOnlySpan<byte> key, int offset)
    {
        var text = new ArrayBufferWriter<byte>(key.Length);
        while (true)
        {
            var rest = key[offset..];
            var plain = rest.IndexOf(Escape);
            text.Write(rest[..plain]);
            if (rest[plain + 1] == TextEnd) return text.WrittenSpan.ToArray();
            text.Write([Escape]);
            offset += plain + 2;
        }
    }
}
