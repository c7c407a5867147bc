namespace Stele.Ledger.Collections;

/// <summary>What a record of the index says: the first byte of its key.</summary>
internal enum RecordKind : byte
{
    /// <summary>No record.</summary>
    None,

    /// <summary>name: its first and its last seqno.</summary>
    Name = 1,

    /// <summary>name, last seqno of the part: a part of the collection's seqnos.</summary>
    Part = 2,

    /// <summary>name, tag: nothing; the tag is in use.</summary>
    Tag = 3,

    /// <summary>name, tag, last seqno of the part: a part of the seqnos of the collection's entries with this tag.</summary>
    TaggedPart = 4,
}
