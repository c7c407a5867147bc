using System.Security.Cryptography.X509Certificates;
using Azure;
using Azure.Core;
using Stele.Client.Calls;
using Stele.Client.Pipeline;
using Stele.Receipts;

namespace Stele.Client;

/// <summary>
/// Appends entries to a ledger, reads them, and proves them. Safe for use by several threads at once; make one and keep it.
/// </summary>
/// <remarks>
/// Each method throws <see cref="RequestFailedException"/> when the ledger refuses or cannot be reached, with the ledger's own
/// code of the error.
/// </remarks>
public partial class LedgerClient
{
    /// <summary>A client that comes with bearer tokens.</summary>
    /// <param name="endpoint">The ledger's address, https.</param>
    /// <param name="credential">Whose tokens.</param>
    public LedgerClient(Uri endpoint, TokenCredential credential) : this(endpoint, credential, new LedgerClientOptions())
    {
    }

    /// <summary>A client that comes with bearer tokens.</summary>
    /// <param name="endpoint">The ledger's address, https.</param>
    /// <param name="credential">Whose tokens.</param>
    /// <param name="options">Options; <see cref="LedgerClientOptions.ServiceCertificate"/> says what is trusted.</param>
    public LedgerClient(Uri endpoint, TokenCredential credential, LedgerClientOptions options)
        : this(PipelineFactory.ForLedger(endpoint, options, options?.ServiceCertificate, new LedgerCredential(credential)))
    {
    }

    /// <summary>A client that comes with a certificate.</summary>
    /// <param name="endpoint">The ledger's address, https.</param>
    /// <param name="credential">The certificate with its private key.</param>
    public LedgerClient(Uri endpoint, X509Certificate2 credential) : this(endpoint, credential, new LedgerClientOptions())
    {
    }

    /// <summary>A client that comes with a certificate.</summary>
    /// <param name="endpoint">The ledger's address, https.</param>
    /// <param name="credential">The certificate with its private key.</param>
    /// <param name="options">Options; <see cref="LedgerClientOptions.ServiceCertificate"/> says what is trusted.</param>
    public LedgerClient(Uri endpoint, X509Certificate2 credential, LedgerClientOptions options)
        : this(PipelineFactory.ForLedger(endpoint, options, options?.ServiceCertificate, new LedgerCredential(credential)))
    {
    }

    /// <summary>For tests that stand in for it.</summary>
    protected LedgerClient() => Pipeline = null!;

    internal LedgerClient(LedgerPipeline pipeline) => Pipeline = pipeline;

    /// <summary>The ledger's address.</summary>
    public virtual Uri Endpoint => Pipeline.Endpoint;

    /// <summary>The service's certificate, which is trusted and which receipts are verified with; null where there is none.</summary>
    public virtual X509Certificate2? ServiceCertificate => Pipeline.Service;

    internal LedgerPipeline Pipeline { get; }

    /// <summary>Appends an entry.</summary>
    /// <param name="waitUntil">
    /// Completed: until it is committed, and so in the ledger for good. Started: until it is written, which a failure may undo.
    /// </param>
    /// <param name="contents">Any text.</param>
    /// <param name="collection">The collection; null for the ledger's default one.</param>
    /// <param name="cancellationToken">Ends the wait. What was sent may still be appended.</param>
    public virtual PostEntryOperation PostEntry(
        WaitUntil waitUntil, string contents, CollectionId? collection = null, CancellationToken cancellationToken = default) =>
        PostEntry(waitUntil, new NewEntry(contents) { Collection = collection }, cancellationToken);

    /// <inheritdoc cref="PostEntry(WaitUntil, string, CollectionId?, CancellationToken)"/>
    public virtual Task<PostEntryOperation> PostEntryAsync(
        WaitUntil waitUntil, string contents, CollectionId? collection = null, CancellationToken cancellationToken = default) =>
        PostEntryAsync(waitUntil, new NewEntry(contents) { Collection = collection }, cancellationToken);

    /// <summary>Appends an entry with tags or hooks.</summary>
    /// <param name="waitUntil">
    /// Completed: until it is committed, and so in the ledger for good. Started: until it is written, which a failure may undo.
    /// </param>
    /// <param name="entry">The entry.</param>
    /// <param name="cancellationToken">Ends the wait. What was sent may still be appended.</param>
    public virtual PostEntryOperation PostEntry(WaitUntil waitUntil, NewEntry entry, CancellationToken cancellationToken = default)
    {
        var call = EntryCalls.Post(Pipeline, entry, waits: WaitsInTheService(waitUntil));
        var operation = new PostEntryOperation(Pipeline, Pipeline.Invoke(call, cancellationToken));
        if (waitUntil == WaitUntil.Completed) operation.WaitForCompletion(cancellationToken);
        return operation;
    }

    /// <inheritdoc cref="PostEntry(WaitUntil, NewEntry, CancellationToken)"/>
    public virtual async Task<PostEntryOperation> PostEntryAsync(
        WaitUntil waitUntil, NewEntry entry, CancellationToken cancellationToken = default)
    {
        var call = EntryCalls.Post(Pipeline, entry, waits: WaitsInTheService(waitUntil));
        var operation = new PostEntryOperation(Pipeline, await Pipeline.InvokeAsync(call, cancellationToken).ConfigureAwait(false));
        if (waitUntil == WaitUntil.Completed) await operation.WaitForCompletionAsync(cancellationToken).ConfigureAwait(false);
        return operation;
    }

    /// <summary>An entry by its transaction, as the node tells it.</summary>
    /// <param name="transactionId">The transaction that wrote it.</param>
    /// <param name="collection">The collection that it is in; null for the ledger's default one.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public virtual Response<LedgerEntry> GetEntry(
        TransactionId transactionId, CollectionId? collection = null, CancellationToken cancellationToken = default) =>
        Pipeline.Invoke(EntryCalls.Get(Pipeline, transactionId, collection), cancellationToken);

    /// <inheritdoc cref="GetEntry"/>
    public virtual Task<Response<LedgerEntry>> GetEntryAsync(
        TransactionId transactionId, CollectionId? collection = null, CancellationToken cancellationToken = default) =>
        Pipeline.InvokeAsync(EntryCalls.Get(Pipeline, transactionId, collection), cancellationToken);

    /// <summary>An entry by its transaction, verified by its receipt: whether the node lied does not matter.</summary>
    /// <param name="transactionId">The transaction that wrote it.</param>
    /// <param name="collection">The collection that it must be in; null for the ledger's default one.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="EntryNotVerifiedException">The receipt does not prove the entry; the exception names the step.</exception>
    /// <exception cref="InvalidOperationException">The client knows no service certificate to verify with.</exception>
    public virtual Response<VerifiedEntry> GetVerifiedEntry(
        TransactionId transactionId, CollectionId? collection = null, CancellationToken cancellationToken = default)
    {
        var service = ServiceToVerifyWith();
        return Verified(GetReceipt(transactionId, cancellationToken), service, transactionId, collection);
    }

    /// <inheritdoc cref="GetVerifiedEntry"/>
    public virtual async Task<Response<VerifiedEntry>> GetVerifiedEntryAsync(
        TransactionId transactionId, CollectionId? collection = null, CancellationToken cancellationToken = default)
    {
        var service = ServiceToVerifyWith();
        var receipt = await GetReceiptAsync(transactionId, cancellationToken).ConfigureAwait(false);
        return Verified(receipt, service, transactionId, collection);
    }

    /// <summary>
    /// The newest entry of a collection. Its <see cref="LedgerEntry.TransactionId"/> is the position that it was read at, and not
    /// the transaction that wrote it, which <see cref="GetEntries"/> tells, newest first.
    /// </summary>
    /// <param name="collection">The collection; null for the ledger's default one.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public virtual Response<LedgerEntry> GetCurrentEntry(
        CollectionId? collection = null, CancellationToken cancellationToken = default) =>
        Pipeline.Invoke(EntryCalls.Current(Pipeline, collection), cancellationToken);

    /// <inheritdoc cref="GetCurrentEntry"/>
    public virtual Task<Response<LedgerEntry>> GetCurrentEntryAsync(
        CollectionId? collection = null, CancellationToken cancellationToken = default) =>
        Pipeline.InvokeAsync(EntryCalls.Current(Pipeline, collection), cancellationToken);

    /// <summary>A collection's entries, oldest first unless asked otherwise.</summary>
    /// <param name="collection">The collection; null for the ledger's default one.</param>
    /// <param name="fromTransactionId">The first transaction; null for the ledger's.</param>
    /// <param name="toTransactionId">The last transaction, which is included; null for the newest.</param>
    /// <param name="tag">A word that they were tagged with; null for all.</param>
    /// <param name="newestFirst">
    /// Whether the newest comes first: on ledgers of Stele alone, and in the newest version of the API.
    /// </param>
    /// <param name="cancellationToken">Ends it.</param>
    public virtual Pageable<LedgerEntry> GetEntries(
        CollectionId? collection = null, TransactionId? fromTransactionId = null, TransactionId? toTransactionId = null,
        string? tag = null, bool newestFirst = false, CancellationToken cancellationToken = default) =>
        EntryCalls.List(Pipeline, collection, fromTransactionId, toTransactionId, tag, newestFirst).Of(Pipeline, cancellationToken);

    /// <inheritdoc cref="GetEntries"/>
    public virtual AsyncPageable<LedgerEntry> GetEntriesAsync(
        CollectionId? collection = null, TransactionId? fromTransactionId = null, TransactionId? toTransactionId = null,
        string? tag = null, bool newestFirst = false, CancellationToken cancellationToken = default) =>
        EntryCalls.List(Pipeline, collection, fromTransactionId, toTransactionId, tag, newestFirst).OfAsync(Pipeline, cancellationToken);

    /// <summary>The ledger's collections.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    public virtual Pageable<CollectionId> GetCollections(CancellationToken cancellationToken = default) =>
        EntryCalls.Collections(Pipeline).Of(Pipeline, cancellationToken);

    /// <inheritdoc cref="GetCollections"/>
    public virtual AsyncPageable<CollectionId> GetCollectionsAsync(CancellationToken cancellationToken = default) =>
        EntryCalls.Collections(Pipeline).OfAsync(Pipeline, cancellationToken);

    /// <summary>The words that a collection's entries are tagged with.</summary>
    /// <param name="collection">The collection; null for the ledger's default one.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public virtual Pageable<string> GetTags(CollectionId? collection = null, CancellationToken cancellationToken = default) =>
        EntryCalls.Tags(Pipeline, collection).Of(Pipeline, cancellationToken);

    /// <inheritdoc cref="GetTags"/>
    public virtual AsyncPageable<string> GetTagsAsync(
        CollectionId? collection = null, CancellationToken cancellationToken = default) =>
        EntryCalls.Tags(Pipeline, collection).OfAsync(Pipeline, cancellationToken);

    /// <summary>What has become of a transaction.</summary>
    /// <param name="transactionId">The transaction.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public virtual Response<TransactionStatus> GetTransactionStatus(
        TransactionId transactionId, CancellationToken cancellationToken = default) =>
        Pipeline.Invoke(EntryCalls.Status(Pipeline, transactionId), cancellationToken);

    /// <inheritdoc cref="GetTransactionStatus"/>
    public virtual Task<Response<TransactionStatus>> GetTransactionStatusAsync(
        TransactionId transactionId, CancellationToken cancellationToken = default) =>
        Pipeline.InvokeAsync(EntryCalls.Status(Pipeline, transactionId), cancellationToken);

    /// <summary>
    /// The proof that a transaction is in the ledger. It is not verified; the answer's content is what to keep of it.
    /// </summary>
    /// <param name="transactionId">The transaction.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public virtual Response<ReceiptDocument> GetReceipt(TransactionId transactionId, CancellationToken cancellationToken = default) =>
        Pipeline.Invoke(EntryCalls.Receipt(Pipeline, transactionId), cancellationToken);

    /// <inheritdoc cref="GetReceipt"/>
    public virtual Task<Response<ReceiptDocument>> GetReceiptAsync(
        TransactionId transactionId, CancellationToken cancellationToken = default) =>
        Pipeline.InvokeAsync(EntryCalls.Receipt(Pipeline, transactionId), cancellationToken);

    /// <summary>Runs a user-defined function. One that fails is an answer too, and has changed nothing.</summary>
    /// <param name="functionId">The function's id.</param>
    /// <param name="invocation">How it is called; null for its <c>main</c> without arguments.</param>
    /// <param name="cancellationToken">Ends the wait. What was sent may still be run.</param>
    public virtual Response<FunctionResult> ExecuteFunction(
        string functionId, FunctionCall? invocation = null, CancellationToken cancellationToken = default) =>
        Pipeline.Invoke(FunctionCalls.Execute(Pipeline, functionId, invocation), cancellationToken);

    /// <inheritdoc cref="ExecuteFunction"/>
    public virtual Task<Response<FunctionResult>> ExecuteFunctionAsync(
        string functionId, FunctionCall? invocation = null, CancellationToken cancellationToken = default) =>
        Pipeline.InvokeAsync(FunctionCalls.Execute(Pipeline, functionId, invocation), cancellationToken);

    /// <summary>A client for users, roles and functions of this ledger, on the same connections.</summary>
    public virtual LedgerAdministrationClient GetAdministrationClient() => new(Pipeline);

    /// <summary>A client for what governs this ledger, on the same connections.</summary>
    public virtual LedgerGovernanceClient GetGovernanceClient() => new(Pipeline);

    private static Response<VerifiedEntry> Verified(
        Response<ReceiptDocument> receipt, X509Certificate2 service, TransactionId asked, CollectionId? collection) =>
        Response.FromValue(
            VerifiedEntry.Verify(receipt.Value, service, asked, collection ?? CollectionId.Default), receipt.GetRawResponse());

    private X509Certificate2 ServiceToVerifyWith() => ServiceCertificate ?? throw new InvalidOperationException(
        "There is no service certificate to verify with: set LedgerClientOptions.ServiceCertificate, or use LedgerClient.ConnectAsync.");

    private bool WaitsInTheService(WaitUntil waitUntil) => waitUntil == WaitUntil.Completed && Pipeline.Options.WaitsInTheService;
}
