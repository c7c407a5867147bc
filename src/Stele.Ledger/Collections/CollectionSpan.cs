using System.Collections.Immutable;

namespace Stele.Ledger.Collections;

/// <summary>What is known of a collection without reading the ledger.</summary>
/// <param name="First">The seqno of its first entry.</param>
/// <param name="Latest">The seqno of its newest entry.</param>
/// <param name="Tags">The tags in use in it.</param>
public sealed record CollectionSpan(SeqNo First, SeqNo Latest, ImmutableSortedSet<string> Tags);
