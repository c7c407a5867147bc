using System.Buffers.Binary;
using System.Text;
using Stele.Cryptography;

namespace Stele.Ledger.Entries;

/// <summary>Reads a domain's fields; every length is checked against what is left before it is believed.</summary>
internal struct DomainReader(ReadOnlyMemory<byte> domain, int offsetInEntry)
{
    private int _position;

    public readonly bool AtEnd => _position == domain.Length;

    public readonly ReadOnlySpan<byte> Rest => domain.Span[_position..];

    public byte Byte() => Take(1).Span[0];

    public long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long)).Span);

    public Digest Digest() => new(Take(Cryptography.Digest.Size).Span);

    public ReadOnlyMemory<byte> SizedBytes() => Take(Int64());

    /// <summary>A reader of the bytes that stand here behind their size.</summary>
    public DomainReader Nested()
    {
        var bytes = SizedBytes();
        return new DomainReader(bytes, offsetInEntry + _position - bytes.Length);
    }

    /// <summary>All bytes that are left.</summary>
    public ReadOnlyMemory<byte> TakeRest() => Take(domain.Length - _position);

    /// <summary>Zeros up to the next multiple of 8 from the beginning of the domain.</summary>
    public void Padding()
    {
        var padding = Take(-_position & 7);
        if (padding.Span.ContainsAnyExcept((byte)0)) throw Fault("padding that is not zero");
    }

    public string Text()
    {
        try
        {
            return Strict.GetString(SizedBytes().Span);
        }
        catch (DecoderFallbackException)
        {
            throw Fault("a table's name is not UTF-8");
        }
    }

    /// <summary>A count of things, each of which takes at least so many bytes.</summary>
    public int Count(int bytesEach)
    {
        var count = Int64();
        if (count < 0 || count > (domain.Length - _position) / bytesEach)
            throw Fault($"a count of {count} is more than there is room for");
        return (int)count;
    }

    public readonly FormatException Fault(string what) => new($"At byte {offsetInEntry + _position} of the entry: {what}.");

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private ReadOnlyMemory<byte> Take(long size)
    {
        if (size < 0 || size > domain.Length - _position)
            throw Fault($"{size} bytes are announced where {domain.Length - _position} are left");
        var taken = domain.Slice(_position, (int)size);
        _position += (int)size;
        return taken;
    }
}
