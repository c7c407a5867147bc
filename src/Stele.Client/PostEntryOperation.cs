using Azure;
using Stele.Client.Calls;
using Stele.Client.Pipeline;

namespace Stele.Client;

/// <summary>An entry on its way into the ledger for good: written, and complete once its transaction is committed.</summary>
public class PostEntryOperation : Operation<TransactionId>
{
    private const int NotFound = 404;
    private const int NotFoundMax = 3;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly LedgerPipeline _pipeline = null!;
    private readonly TransactionId _transaction;
    private Response? _response;
    private RequestFailedException? _failure;
    private bool _committed;
    private int _notFound;

    /// <summary>Goes on with an operation that another process began.</summary>
    /// <param name="client">A client of the ledger.</param>
    /// <param name="transactionId">The operation's id, <see cref="Id"/>: the transaction's.</param>
    public PostEntryOperation(LedgerClient client, TransactionId transactionId)
    {
        ArgumentNullException.ThrowIfNull(client);
        (_pipeline, _transaction) = (client.Pipeline, transactionId);
    }

    internal PostEntryOperation(LedgerPipeline pipeline, Response<PostedEntry> posted)
    {
        (_pipeline, _transaction) = (pipeline, posted.Value.Id);
        (_response, _committed) = (posted.GetRawResponse(), posted.Value.IsCommitted);
        Collection = posted.Value.Collection;
    }

    /// <summary>For tests that stand in for it.</summary>
    protected PostEntryOperation()
    {
    }

    /// <summary>The transaction's id as text.</summary>
    public override string Id => _transaction.ToString();

    /// <summary>The transaction that wrote the entry, also before it is committed.</summary>
    public virtual TransactionId TransactionId => _transaction;

    /// <summary>The collection that the ledger put it in; null where another process began the operation.</summary>
    public virtual CollectionId? Collection { get; }

    /// <summary>The transaction, now that it is committed.</summary>
    /// <exception cref="InvalidOperationException">It is not committed yet.</exception>
    /// <exception cref="RequestFailedException">It never will be.</exception>
    public override TransactionId Value => _failure is not null ? throw _failure
        : _committed ? _transaction
        : throw new InvalidOperationException("The entry is not committed yet: wait for it.");

    /// <inheritdoc/>
    public override bool HasValue => _committed;

    /// <inheritdoc/>
    public override bool HasCompleted => _committed || _failure is not null;

    /// <inheritdoc/>
    public override Response GetRawResponse() =>
        _response ?? throw new InvalidOperationException("The ledger has not been asked yet: update the status first.");

    /// <inheritdoc/>
    public override Response UpdateStatus(CancellationToken cancellationToken = default)
    {
        if (HasCompleted) return GetRawResponse();
        try
        {
            return Take(_pipeline.Invoke(EntryCalls.Status(_pipeline, _transaction), cancellationToken));
        }
        catch (RequestFailedException refused) when (IsTolerable(refused))
        {
            return _response!;
        }
    }

    /// <inheritdoc/>
    public override async ValueTask<Response> UpdateStatusAsync(CancellationToken cancellationToken = default)
    {
        if (HasCompleted) return GetRawResponse();
        try
        {
            var status = EntryCalls.Status(_pipeline, _transaction);
            return Take(await _pipeline.InvokeAsync(status, cancellationToken).ConfigureAwait(false));
        }
        catch (RequestFailedException refused) when (IsTolerable(refused))
        {
            return _response!;
        }
    }

    /// <inheritdoc/>
    public override Response<TransactionId> WaitForCompletion(CancellationToken cancellationToken = default) =>
        WaitForCompletion(Pause, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask<Response<TransactionId>> WaitForCompletionAsync(CancellationToken cancellationToken = default) =>
        WaitForCompletionAsync(Pause, cancellationToken);

    private Response Take(Response<TransactionStatus> status)
    {
        _committed = status.Value.State == TransactionState.Committed;
        return _response = status.GetRawResponse();
    }

    // A node that has not caught up does not know the transaction yet. One that was rolled back is known as such.
    private bool IsTolerable(RequestFailedException refused)
    {
        if (refused.Status != NotFound) return false;
        _response = refused.GetRawResponse();
        if (refused.ErrorCode != "InvalidTransactionId" && ++_notFound <= NotFoundMax) return true;
        _failure = refused;
        return false;
    }
}
