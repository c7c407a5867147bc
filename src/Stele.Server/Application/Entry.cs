namespace Stele.Server.Application;

/// <summary>An entry as a client reads it.</summary>
/// <param name="Id">The transaction that wrote it, or, for a current entry, the position it was read at.</param>
/// <param name="Collection">The collection it is in.</param>
/// <param name="Contents">Its contents, byte for byte as they were appended.</param>
public sealed record Entry(TransactionId Id, CollectionId Collection, string Contents);
