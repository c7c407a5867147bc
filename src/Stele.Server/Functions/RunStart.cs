using Stele.Ledger.Tables;
using Stele.Server.Application;

namespace Stele.Server.Functions;

/// <summary>What a run begins from.</summary>
/// <param name="View">The view that was written in last.</param>
/// <param name="Position">The last durable transaction.</param>
/// <param name="Tables">The tables at it, or a little later.</param>
/// <param name="Logs">Where the ledger keeps its entries.</param>
/// <param name="Newest">Reads the newest entry of a collection.</param>
internal sealed record RunStart(
    long View, TransactionId Position, LedgerTables Tables, EntryTables Logs, Func<CollectionId, NewestEntry?> Newest);

/// <summary>The newest entry of a collection.</summary>
/// <param name="At">The transaction that wrote it.</param>
/// <param name="Contents">Its contents.</param>
/// <param name="BytesRead">What was read to know them, in bytes: the whole transaction.</param>
internal sealed record NewestEntry(SeqNo At, byte[] Contents, long BytesRead);

/// <summary>What a run began from has changed under it: it begins anew.</summary>
internal sealed class RunOvertakenException : Exception;
