using System.Globalization;
using System.Text;
using Stele.Etcd;

namespace Stele.Replication.Network;

/// <summary>The names of a ledger's keys in etcd.</summary>
/// <remarks>
/// <code>
/// /stele/LEDGER/primary          who was elected (JSON), for as long as its lease lives
/// /stele/LEDGER/view             the last view that began (decimal)
/// /stele/LEDGER/tail             where the next batch goes (StoreTail)
/// /stele/LEDGER/identity         which store this is (StoreIdentity)
/// /stele/LEDGER/batch/SEQNO      a batch (SealedBatch) under the seqno of its first entry, 16 hexadecimal digits
/// /stele/LEDGER/durable/NODE     how far a node's own disk has come (decimal)
/// /stele/LEDGER/compacted        the revision up to which etcd was last told to forget (decimal)
/// /stele/LEDGER/trial/RANDOM     what `stele doctor` puts and deletes; no node reads it
/// </code>
/// </remarks>
internal sealed class StoreKeys
{
    private readonly byte[] _batches;
    private readonly byte[] _durable;
    private readonly byte[] _trials;

    public StoreKeys(string ledger)
    {
        var root = $"/stele/{Uri.EscapeDataString(ledger)}/";
        All = KeyRange.Prefix(Encoding.UTF8.GetBytes(root));
        Primary = Encoding.UTF8.GetBytes(root + "primary");
        View = Encoding.UTF8.GetBytes(root + "view");
        Tail = Encoding.UTF8.GetBytes(root + "tail");
        Identity = Encoding.UTF8.GetBytes(root + "identity");
        Compacted = Encoding.UTF8.GetBytes(root + "compacted");
        _batches = Encoding.UTF8.GetBytes(root + "batch/");
        _durable = Encoding.UTF8.GetBytes(root + "durable/");
        _trials = Encoding.UTF8.GetBytes(root + "trial/");
    }

    /// <summary>Everything of the ledger.</summary>
    public KeyRange All { get; }

    /// <summary>Who was elected.</summary>
    public ReadOnlyMemory<byte> Primary { get; }

    /// <summary>The last view that began.</summary>
    public ReadOnlyMemory<byte> View { get; }

    /// <summary>Where the next batch goes.</summary>
    public ReadOnlyMemory<byte> Tail { get; }

    /// <summary>Which store this is.</summary>
    public ReadOnlyMemory<byte> Identity { get; }

    /// <summary>The revision up to which etcd was last told to forget.</summary>
    public ReadOnlyMemory<byte> Compacted { get; }

    /// <summary>How far each node's own disk has come.</summary>
    public KeyRange AllDurable => KeyRange.Prefix(_durable);

    /// <summary>The batch that begins with an entry.</summary>
    public ReadOnlyMemory<byte> Batch(SeqNo first) =>
        (byte[])[.. _batches, .. Encoding.ASCII.GetBytes(first.Value.ToString("x16", CultureInfo.InvariantCulture))];

    /// <summary>The batches that begin with an entry or one behind it.</summary>
    public KeyRange BatchesFrom(SeqNo first) => KeyRange.Between(Batch(first), KeyRange.Prefix(_batches).End);

    /// <summary>The batches that begin before an entry.</summary>
    public KeyRange BatchesBefore(SeqNo end) => KeyRange.Between(_batches, Batch(end));

    /// <summary>How far a node's own disk has come.</summary>
    public ReadOnlyMemory<byte> Durable(string nodeId) => (byte[])[.. _durable, .. Encoding.UTF8.GetBytes(nodeId)];

    /// <summary>A key that says nothing to any node.</summary>
    public ReadOnlyMemory<byte> Trial(string name) => (byte[])[.. _trials, .. Encoding.UTF8.GetBytes(name)];

    /// <summary>The node whose progress a key is.</summary>
    public string NodeOf(ReadOnlyMemory<byte> durableKey) => Encoding.UTF8.GetString(durableKey.Span[_durable.Length..]);

    /// <summary>The first entry of the batch that a key is; null where the key is no batch's.</summary>
    public SeqNo? FirstOf(ReadOnlyMemory<byte> key) =>
        key.Span.StartsWith(_batches)
        && long.TryParse(
            Encoding.ASCII.GetString(key.Span[_batches.Length..]), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture,
            out var first)
            ? new SeqNo(first)
            : null;

    /// <summary>Whether a key is this one.</summary>
    public static bool Is(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> other) => key.Span.SequenceEqual(other.Span);

    /// <summary>A number as the store holds it.</summary>
    public static ReadOnlyMemory<byte> Number(long value) =>
        Encoding.ASCII.GetBytes(value.ToString(CultureInfo.InvariantCulture));

    /// <summary>A seqno that the store holds; none where it is no number.</summary>
    public static SeqNo SeqNoOf(ReadOnlyMemory<byte> value) =>
        long.TryParse(value.Span, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? new SeqNo(number) : SeqNo.None;

    /// <summary>A number that the store holds.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static long Number(ReadOnlyMemory<byte> value) =>
        long.TryParse(value.Span, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new FormatException("A number in etcd is none; something else has written it.");
}
