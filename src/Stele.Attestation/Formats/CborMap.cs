using System.Formats.Cbor;

namespace Stele.Attestation.Formats;

/// <summary>A CBOR map whose keys are numbers and texts, as COSE headers, claims and keys are.</summary>
internal sealed class CborMap
{
    private readonly Dictionary<long, ReadOnlyMemory<byte>> _numbered = [];
    private readonly Dictionary<string, ReadOnlyMemory<byte>> _named = new(StringComparer.Ordinal);

    private CborMap(CborReader reader)
    {
        reader.ReadStartMap();
        while (reader.PeekState() is not CborReaderState.EndMap)
        {
            var isNew = reader.PeekState() is CborReaderState.TextString
                ? _named.TryAdd(reader.ReadTextString(), reader.ReadEncodedValue())
                : _numbered.TryAdd(reader.ReadInt64(), reader.ReadEncodedValue());
            if (!isNew) throw new FormatException("A key stands twice in a CBOR map.");
        }

        reader.ReadEndMap();
    }

    /// <summary>Reads a map.</summary>
    /// <exception cref="FormatException">The bytes are not one, or it has other keys.</exception>
    public static CborMap Read(ReadOnlyMemory<byte> bytes) => Cbor.Read(bytes, "a CBOR map", reader => new CborMap(reader));

    /// <summary>Whether there is a value under a number.</summary>
    public bool Has(long key) => _numbered.ContainsKey(key);

    /// <summary>Whether there is a value under a text.</summary>
    public bool Has(string key) => _named.ContainsKey(key);

    /// <summary>The value under a number.</summary>
    /// <exception cref="FormatException">There is none, or it is not what the function reads.</exception>
    public T Get<T>(long key, Func<CborReader, T> read) => Get(_numbered, key, read);

    /// <summary>The value under a text.</summary>
    /// <exception cref="FormatException">There is none, or it is not what the function reads.</exception>
    public T Get<T>(string key, Func<CborReader, T> read) => Get(_named, key, read);

    /// <summary>The map under a number.</summary>
    /// <exception cref="FormatException">There is none.</exception>
    public CborMap Map(long key) => Get(key, reader => new CborMap(reader));

    /// <summary>The map under a text.</summary>
    /// <exception cref="FormatException">There is none.</exception>
    public CborMap Map(string key) => Get(key, reader => new CborMap(reader));

    private static T Get<TKey, T>(Dictionary<TKey, ReadOnlyMemory<byte>> values, TKey key, Func<CborReader, T> read)
        where TKey : notnull => values.TryGetValue(key, out var value)
        ? Cbor.Read(value, $"what stands under {key}", read)
        : throw new FormatException($"Nothing stands under {key}.");
}
