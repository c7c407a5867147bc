using System.Text;

namespace Stele.Ledger.Collections;

/// <summary>Which entries are asked for: those of a collection, or of a tag in it.</summary>
internal sealed class EntryQuery
{
    public EntryQuery(CollectionId collection, string? tag)
    {
        Name = Encoding.UTF8.GetBytes(collection.Value);
        Tag = tag is null ? null : Encoding.UTF8.GetBytes(tag);
        var key = RecordKey.Of(Tag is null ? RecordKind.Part : RecordKind.TaggedPart).Text(Name);
        Prefix = (Tag is null ? key : key.Text(Tag)).Bytes.ToArray();
    }

    public byte[] Name { get; }

    public byte[]? Tag { get; }

    /// <summary>What the keys of its parts begin with.</summary>
    public byte[] Prefix { get; }
}
