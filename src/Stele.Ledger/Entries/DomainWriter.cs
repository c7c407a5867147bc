using System.Buffers.Binary;
using System.Text;

namespace Stele.Ledger.Entries;

/// <summary>Writes a domain's fields one behind the other.</summary>
internal ref struct DomainWriter(Span<byte> rest)
{
    private Span<byte> _rest = rest;

    public void Byte(byte value)
    {
        _rest[0] = value;
        _rest = _rest[1..];
    }

    public void Int64(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_rest, value);
        _rest = _rest[sizeof(long)..];
    }

    public void Bytes(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_rest);
        _rest = _rest[bytes.Length..];
    }

    public void SizedBytes(scoped ReadOnlySpan<byte> bytes)
    {
        Int64(bytes.Length);
        Bytes(bytes);
    }

    /// <summary>Leaves out bytes that are zero already.</summary>
    public void Zeros(int count) => _rest = _rest[count..];

    public void Text(string text)
    {
        var size = Encoding.UTF8.GetBytes(text, _rest[sizeof(long)..]);
        Int64(size);
        _rest = _rest[size..];
    }
}
