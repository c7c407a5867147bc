using Stele.Attestation.Certificates;
using Stele.Attestation.Formats;

namespace Stele.Attestation.Snp;

/// <summary>
/// The table of certificates that a host lays beside a report (GHCB specification, document 56421, extended guest request):
/// entries of 24 bytes {GUID, offset, length}, the last one all zeros, and the DER behind them.
/// </summary>
public sealed class SnpCertificateTable
{
    /// <summary>The longest table that is read, in bytes.</summary>
    public const int SizeMax = 1 << 20;

    private const int EntrySize = 24;
    private const int CountMax = 64;

    private static readonly Guid Vcek = new("63da758d-e664-4564-adc5-f4b93be8accd");
    private static readonly Guid Vlek = new("a8074bc2-a25a-483e-aae6-39c045a0b8a1");
    private static readonly Guid Ask = new("4ab7b379-bbac-4fe4-a02f-05aef327c782");
    private static readonly Guid Ark = new("c0b406a4-a803-4952-9743-3fb6014cd0ae");
    private static readonly Guid Crl = new("92f81bc3-5811-4d3d-97ff-d19f88dc67ea");

    private readonly Dictionary<Guid, ReadOnlyMemory<byte>> _entries = [];

    private SnpCertificateTable(ReadOnlyMemory<byte> bytes)
    {
        var index = new List<(Guid Name, uint Offset, uint Length)>();
        var reader = new ByteReader(bytes.Span);
        while (ReadEntry(ref reader) is { } entry)
        {
            if (index.Count == CountMax) throw new FormatException($"Over {CountMax} certificates in the table.");
            index.Add(entry);
        }

        foreach (var (name, offset, length) in index)
        {
            if (offset < reader.Position || (ulong)offset + length > (ulong)bytes.Length)
                throw new FormatException($"The entry {name} lies outside the table's data.");
            if (!_entries.TryAdd(name, bytes.Slice((int)offset, (int)length)))
                throw new FormatException($"The entry {name} stands twice.");
        }

        if (_entries.Count == 0) throw new FormatException("The table has no entry.");
    }

    /// <summary>Whether there is an endorsement key.</summary>
    public bool HasKey => KeyEntry is not null;

    /// <summary>Whether there are an endorsement key, an intermediate and a root.</summary>
    public bool IsComplete => HasKey && _entries.ContainsKey(Ask) && _entries.ContainsKey(Ark);

    /// <summary>The root's revocation list; null when there is none.</summary>
    public ReadOnlyMemory<byte>? RevocationList => Entry(Crl);

    private ReadOnlyMemory<byte>? KeyEntry => Entry(Vcek) ?? Entry(Vlek);

    /// <summary>Reads a table; names that are not known are passed over.</summary>
    /// <exception cref="FormatException">
    /// It is empty or too long, its end is not marked, or an entry lies outside of it or in its index.
    /// </exception>
    public static SnpCertificateTable Read(ReadOnlyMemory<byte> bytes) => bytes.Length <= SizeMax
        ? new SnpCertificateTable(bytes)
        : throw new FormatException($"A table of over {SizeMax} bytes.");

    /// <summary>The certificates.</summary>
    /// <exception cref="FormatException">They are not all there, or one cannot be read.</exception>
    public SnpCertificates Certificates() => IsComplete
        ? new SnpCertificates(
            EndorsementKey.Read(KeyEntry!.Value), Certificate.Read(_entries[Ask]), Certificate.Read(_entries[Ark]))
        : throw new FormatException("The table lacks a certificate of the chain.");

    private ReadOnlyMemory<byte>? Entry(Guid name) =>
        _entries.TryGetValue(name, out var entry) ? entry : default(ReadOnlyMemory<byte>?);

    private static (Guid Name, uint Offset, uint Length)? ReadEntry(ref ByteReader reader)
    {
        var entry = reader.Take(EntrySize);
        if (!entry.ContainsAnyExcept((byte)0)) return null;
        var fields = new ByteReader(entry);
        // Written in the order in which GUIDs are printed.
        return (new Guid(fields.Take(16), bigEndian: true), fields.UInt32(), fields.UInt32());
    }
}
