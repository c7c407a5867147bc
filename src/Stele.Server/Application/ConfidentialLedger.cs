using System.Text;
using System.Text.Json;
using Stele.Governance.Members;
using Stele.Governance.Nodes;
using Stele.Governance.Service;
using Stele.Governance.Tokens;
using Stele.Governance.Users;
using Stele.Ledger.Files;
using Stele.Ledger.Recovery;
using Stele.Ledger.Tables;
using Stele.Ledger.Transactions;
using Stele.Replication;
using Stele.Replication.Network;
using Stele.Replication.Sequencing;
using Stele.Server.Attestation;
using Stele.Server.Functions;
using Stele.Server.Governing;
using Stele.Server.Home;
using Stele.Server.Hosting;
using Stele.Server.Joining;
using Stele.Server.Network;
using Stele.Server.Recovering;

namespace Stele.Server.Application;

/// <summary>The confidential ledger as its endpoints see it: entries in collections, users, receipts.</summary>
public sealed class ConfidentialLedger : IFollower, IAsyncDisposable
{
    // A transaction is decided within milliseconds; whoever asks early waits this long before being told «pending».
    private static readonly TimeSpan DecisionWaitMax = TimeSpan.FromSeconds(5);

    // What another node has answered arrives here within milliseconds.
    private static readonly TimeSpan ArrivalWaitMax = TimeSpan.FromSeconds(5);

    // Longer than it takes to elect another primary.
    private static readonly TimeSpan RetirementWaitMax = TimeSpan.FromSeconds(10);

    // What other nodes have sent here while this one was the primary has arrived by then, and is answered.
    private static readonly TimeSpan HandOver = TimeSpan.FromMilliseconds(500);

    private readonly LedgerNode _node;
    private readonly EntryTables _tables;
    private readonly EntryReader _entries;
    private readonly ReceiptEndorsements _endorsements;
    private readonly UserWrites _writes;
    private readonly ScriptRuns _runs;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _certificate;
    private volatile bool _isServing;
    private volatile bool _isLeaving;

    private ConfidentialLedger(
        LedgerNode node, NodeNetwork? network, LedgerHome home, NodeEvidence evidence, NewcomerEvidence newcomers,
        JoinRefusals refusals, LedgerNotices notices, TimeProvider time)
    {
        OwnEvidence = evidence;
        (Newcomers, JoinRefusals) = (newcomers, refusals);
        (_node, _time, NodeId) = (node, time, home.NodeKey.KeyId);
        (Network, SnapshotDirectory) = (network, home.SnapshotDirectory);
        Admission = new Admission(home, network?.Options.Ledger ?? "", time);
        Governance = new MemberRequests(node, Admission, time);
        TrustedNodes = new TrustedNodes(home.ServiceCertificate, () => node.Tables, time);
        _endorsements = new ReceiptEndorsements(node, home, time);
        Recovery = new PrivateRecovery(node, home, notices.Tells, time);
        _tables = EntryTables.Of(ServiceTable.Visibility(node.Tables));
        _entries = new EntryReader(node, _tables, home.LedgerSecrets);
        _writes = new UserWrites(node);
        _runs = new ScriptRuns(node, _writes, _entries, _tables, time);
        Functions = new FunctionCalls(_runs, _tables, time);
        Endpoints = new EndpointCalls(_runs, time);
        _certificate = new OwnCertificate(node, home, network, notices, time).RunAsync(_stop.Token);
    }

    /// <summary>The id of this node: hexadecimal SHA-256 of its public key.</summary>
    public string NodeId { get; }

    /// <summary>What this node's platform showed when the node started.</summary>
    internal NodeEvidence OwnEvidence { get; }

    /// <summary>Judges the evidence of nodes that ask to join.</summary>
    internal NewcomerEvidence Newcomers { get; }

    /// <summary>Tells of nodes that were refused.</summary>
    internal JoinRefusals JoinRefusals { get; }

    /// <summary>What this node does at the moment.</summary>
    public NodeRole Role => _node.Role;

    /// <summary>Who writes; null while nobody is elected, or where there is no network.</summary>
    public PrimaryNode? Primary => _node.Primary;

    /// <summary>What this node has to do with others; null where it is alone.</summary>
    internal NodeNetwork? Network { get; }

    /// <summary>Where the snapshots are.</summary>
    internal string SnapshotDirectory { get; }

    /// <summary>Who is a node of this network.</summary>
    internal TrustedNodes TrustedNodes { get; }

    /// <summary>What members ask for.</summary>
    internal MemberRequests Governance { get; }

    /// <summary>Opens a ledger whose service is gone, once enough members have given their recovery shares.</summary>
    internal PrivateRecovery Recovery { get; }

    /// <summary>Whether users are served: always, but while a ledger is being recovered.</summary>
    internal bool IsServing => _isServing || (_isServing = ServiceTable.IsRunning(_node.Tables));

    /// <summary>Runs user-defined functions.</summary>
    internal FunctionCalls Functions { get; }

    /// <summary>Runs user-defined endpoints.</summary>
    internal EndpointCalls Endpoints { get; }

    /// <summary>What nodes are given that join.</summary>
    internal Admission Admission { get; }

    /// <summary>What the ledger says at its last durable transaction.</summary>
    internal LedgerTables Tables => _node.Tables;

    /// <summary>The last durable transaction: what a read answers as its position.</summary>
    public TransactionId Position => _node.Position;

    /// <summary>The last committed transaction.</summary>
    public TransactionId Committed => _node.Committed;

    /// <summary>What the start has read of the ledger.</summary>
    public LedgerStart Start => _node.Start;

    /// <summary>Why no more writes are taken; null while they are.</summary>
    public string? Stopped => _node.Stopped;

    /// <summary>What keeps this node from its part in its network at the moment; null where nothing does.</summary>
    public NetworkTrouble? Trouble => _node.Trouble;

    /// <summary>
    /// Whether clients are served as they expect: the service is open, this node has what was ordered, and writes are taken, here or
    /// by a primary that this node passes them on to.
    /// </summary>
    public bool IsReady =>
        !_isLeaving && Stopped is null && Trouble is null && IsServing
        && (Role == NodeRole.Primary || (Primary is not null && _node.IsCaughtUp));

    /// <summary>Opens the ledger of a home, or begins it.</summary>
    /// <exception cref="LedgerCorruptException">The ledger is damaged, or ends too early.</exception>
    /// <exception cref="LedgerHomeException">It is to be opened in a network, and is not recovered yet.</exception>
    /// <exception cref="IOException">Another node has it open, or the disk refuses.</exception>
    public static async Task<ConfidentialLedger> OpenAsync(
        LedgerHome home, NodeEvidence evidence, LedgerHostOptions options, LedgerNotices notices, TimeProvider time,
        CancellationToken cancel)
    {
        LedgerBeginning.Check(home, options);
        LedgerNode? node = null;
        var known = new Lazy<LedgerTables>(home.KnownTables);
        var network = options.Network is { } with
            ? new NodeNetwork(home, options, with, () => Volatile.Read(ref node)?.Tables ?? known.Value, time)
            : null;
        try
        {
            var nodeOptions = NodeOptions(home, options, notices.IndexesLack) with
            {
                Network = network is null ? null : network.Options with
                {
                    Stops = notices.Stops,
                    Tells = notices.Tells,
                    Troubled = notices.Troubled,
                },
            };
            await PeerCopy.RunAsync(nodeOptions, time, cancel);
            node = LedgerNode.Open(nodeOptions, time);
            await new LedgerBeginning(node, home, evidence, options, notices.Tells, time).RunAsync(cancel);
            var newcomers = new NewcomerEvidence(evidence.IsVirtual, options.Platform.Anchors, time);
            var refusals = new JoinRefusals(notices.Tells, time);
            var ledger = new ConfidentialLedger(node, network, home, evidence, newcomers, refusals, notices, time);
            // Shares that were given before the node stopped are on the ledger.
            if (!ledger.IsServing && node.Role == NodeRole.Primary) await ledger.Recovery.ContinueAsync(cancel);
            return ledger;
        }
        catch
        {
            if (node is not null) await node.DisposeAsync();
            network?.Dispose();
            throw;
        }
    }

    /// <summary>Appends an entry.</summary>
    /// <returns>Its id, once it is durable; with <paramref name="waitForCommit"/> once it is committed.</returns>
    /// <exception cref="LedgerUnavailableException">It was not taken; it may be sent again.</exception>
    /// <exception cref="OutcomeUnknownException">Whether it was taken cannot be known.</exception>
    public async Task<TransactionId> AppendAsync(
        CollectionId collection, string contents, IReadOnlyList<string> tags, bool waitForCommit)
    {
        var entry = new AppendEntry(_tables, _runs.Collections, collection, Encoding.UTF8.GetBytes(contents), tags);
        return (await _writes.SubmitAsync(entry, waitForCommit)).Id;
    }

    /// <summary>What has become of a transaction.</summary>
    public TransactionStatus StatusOf(TransactionId id) => _node.StatusOf(id);

    /// <summary>What has become of a transaction, which another node may have answered before this one has it.</summary>
    public async Task<TransactionStatus> WhenKnownAsync(TransactionId id, CancellationToken cancel)
    {
        await WhenHereAsync(id.SeqNo, cancel);
        return _node.StatusOf(id);
    }

    /// <summary>Waits until this node has a seqno that another node may have written, for a bounded time.</summary>
    public async Task WhenHereAsync(SeqNo seqno, CancellationToken cancel)
    {
        if (seqno <= Position.SeqNo || Role == NodeRole.Primary) return;
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        enough.CancelAfter(ArrivalWaitMax);
        try
        {
            await _node.WhenAtAsync(seqno, enough.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            // Not here in time: what is asked is answered by what is here.
        }
    }

    /// <summary>Waits while a transaction is Pending, for a bounded time.</summary>
    /// <returns>Its state after that.</returns>
    public async Task<TransactionStatus> WhenDecidedAsync(TransactionId id, CancellationToken cancel)
    {
        var status = await WhenKnownAsync(id, cancel);
        if (status != TransactionStatus.Pending) return status;
        try
        {
            await _node.WhenCommittedAsync(id.SeqNo, cancel).WaitAsync(DecisionWaitMax, _time, cancel);
        }
        catch (TimeoutException)
        {
            return TransactionStatus.Pending;
        }
        return _node.StatusOf(id);
    }

    /// <summary>The entry that a committed transaction wrote to a collection; null where it wrote none there.</summary>
    public Entry? EntryAt(TransactionId id, CollectionId collection) => _entries.EntryAt(id, collection);

    /// <summary>The newest durable entry of a collection; null where it has none.</summary>
    public Entry? CurrentEntry(CollectionId collection) => _entries.Current(collection);

    /// <summary>The committed entries of a collection from one seqno to another, both included, page by page.</summary>
    /// <param name="collection">The collection.</param>
    /// <param name="from">Where the page starts; none for the beginning.</param>
    /// <param name="to">Where the list ends; none for the newest committed.</param>
    /// <param name="tag">A tag that each entry must have; none for all.</param>
    /// <param name="newestFirst">Whether they come newest first: the page starts where the list ends.</param>
    public EntryPage List(CollectionId collection, TransactionId? from, TransactionId? to, string? tag, bool newestFirst = false) =>
        _entries.List(collection, from?.SeqNo ?? SeqNo.First, to?.SeqNo ?? new SeqNo(long.MaxValue), tag, newestFirst);

    /// <summary>The newest committed entries of all collections, newest first, page by page; a page may have none.</summary>
    /// <param name="to">The newest transaction looked at; none for the newest committed.</param>
    public EntryPage Newest(TransactionId? to) => _entries.Newest(to?.SeqNo ?? new SeqNo(long.MaxValue));

    /// <summary>The signature that first covers a transaction; null where there is none yet.</summary>
    public SignedStretch? SignatureOf(TransactionId id) => _node.SignatureOf(id.SeqNo);

    /// <summary>The first signature that was made at a moment or later; null where all are older.</summary>
    public SignedStretch? SignatureSince(DateTimeOffset moment) => _node.SignatureSince(moment);

    /// <summary>Collections by ordinal order of their names.</summary>
    /// <param name="after">The name that the part starts behind; none from the beginning.</param>
    /// <param name="count">How many at most.</param>
    public IReadOnlyList<CollectionId> Collections(CollectionId? after, int count) =>
        _node.Collections.Names(after, count);

    /// <summary>The tags in use in a collection, in ordinal order.</summary>
    public IReadOnlyList<string> Tags(CollectionId collection) => _node.Collections.Tags(collection);

    /// <summary>The receipt of a committed transaction; null where no signature transaction stands behind it yet.</summary>
    public ProvenTransaction? ReceiptOf(TransactionId id)
    {
        if (_node.Read(id.SeqNo) is not { } entry || entry.Id != id) return null;
        return _node.ReceiptOf(entry) is { } receipt
            ? new ProvenTransaction(id, receipt with { ServiceEndorsements = _endorsements.For(id.SeqNo) }, _entries.Claims(entry))
            : null;
    }

    /// <summary>The user of an id; null where there is none. What this says changes at once with the ledger.</summary>
    public LedgerUser? User(UserId id) => UserTable.Find(_node.Tables, id);

    /// <summary>Users by ordinal order of their ids.</summary>
    /// <param name="after">The id that the part starts behind; none from the beginning.</param>
    /// <param name="count">How many at most.</param>
    public IReadOnlyList<LedgerUser> Users(UserId? after, int count) =>
        [.. UserTable.List(_node.Tables, after).Take(count)];

    /// <summary>Whether a user has a permission; changes at once with the ledger, as the user does.</summary>
    public bool Allows(LedgerUser user, Permission permission) => Rights.Has(_node.Tables, user, permission);

    /// <summary>Creates a user, or gives an existing one other roles.</summary>
    /// <param name="user">The user as it is to be.</param>
    /// <param name="by">Who asks for it.</param>
    public Task<Outcome<UserChange>> SetUserAsync(LedgerUser user, UserId by) => ChangeRightsAsync(new SetUser(user, by));

    /// <summary>Removes a user.</summary>
    /// <param name="id">Whom.</param>
    /// <param name="by">Who asks for it.</param>
    public Task<Outcome<UserChange>> RemoveUserAsync(UserId id, UserId by) => ChangeRightsAsync(new RemoveUser(id, by));

    /// <summary>The user-defined roles, by ordinal order of their names.</summary>
    public IReadOnlyList<RoleDefinition> UserDefinedRoles() => [.. RoleTable.List(_node.Tables)];

    /// <summary>The user-defined role of a name; null where there is none.</summary>
    public RoleDefinition? UserDefinedRole(RoleName name) => RoleTable.Find(_node.Tables, name);

    /// <summary>Changes user-defined roles.</summary>
    public Task<Outcome<RoleChange>> ChangeRolesAsync(ICommand<RoleChange> change) => ChangeRightsAsync(change);

    /// <summary>Changes a user-defined function.</summary>
    internal Task<Outcome<FunctionChange>> ChangeFunctionAsync(ICommand<FunctionChange> change) =>
        _writes.SubmitAsync(change);

    /// <summary>Changes what a run of a script may use.</summary>
    internal Task<Outcome<RuntimeOptions?>> SetRuntimeOptionsAsync(JsonElement changes, UserId by) =>
        _writes.SubmitAsync(new SetRuntimeOptions(changes, by));

    /// <summary>Sets the user-defined endpoints, all of them.</summary>
    internal Task<Outcome<bool>> SetEndpointsAsync(Bundle bundle, UserId by) => _writes.SubmitAsync(new SetEndpoints(bundle, by));

    /// <summary>Records the keys of an issuer of tokens; this node's tables have them when this returns.</summary>
    /// <exception cref="LedgerUnavailableException">It was not taken.</exception>
    /// <exception cref="OutcomeUnknownException">Whether it was taken cannot be known.</exception>
    public async Task SetIssuerKeysAsync(string issuer, IReadOnlyList<TokenKey> keys, CancellationToken cancel)
    {
        var outcome = await _node.SubmitAsync(new SetIssuerKeys(issuer, keys), untilCommitted: false);
        await _node.WhenAtAsync(outcome.Id.SeqNo, cancel);
    }

    /// <summary>The consortium's members.</summary>
    public IReadOnlyList<Member> Members() => [.. MemberTable.List(_node.Tables)];

    /// <summary>The constitution's script.</summary>
    public string Constitution() => ServiceTable.Constitution(_node.Tables);

    /// <summary>The evidence of each node of the network.</summary>
    public IReadOnlyList<NodeEvidence> Evidence() => [.. NodeTable.Evidence(_node.Tables)];

    /// <summary>The network's nodes.</summary>
    public IReadOnlyList<NodeRecord> Nodes() => [.. NodeTable.List(_node.Tables)];

    /// <summary>The node of an id; null where there is none.</summary>
    public NodeRecord? Node(string nodeId) => NodeTable.Find(_node.Tables, nodeId);

    /// <summary>The certificate that the ledger has of a node, PEM; null where it has none.</summary>
    public string? NodeCertificate(string nodeId) => NodeTable.Certificate(_node.Tables, nodeId);

    /// <summary>Records that a node asks to join; committed when this returns, for what it is given depends on it.</summary>
    public Task<Outcome<NodeChange>> RecordJoinAsync(NodeRecord node) => _node.SubmitAsync(new RecordJoin(node), untilCommitted: true);

    /// <summary>Makes a node that asked to join one of the network.</summary>
    public Task<Outcome<NodeChange>> TrustNodeAsync(NodeRecord node) =>
        _node.SubmitAsync(new TrustNode(node.Id, Admission.Endorse(node)), untilCommitted: true);

    /// <summary>Ends a node's part in the network.</summary>
    /// <remarks>A primary that retires itself signs no more: that it did is committed by the one after it.</remarks>
    public async Task<Outcome<NodeChange>> RetireNodeAsync(string nodeId)
    {
        var outcome = await _node.SubmitAsync(new RetireNode(nodeId), untilCommitted: false);
        try
        {
            await _node.WhenCommittedAsync(outcome.Id.SeqNo, _stop.Token).WaitAsync(RetirementWaitMax, _time, _stop.Token);
        }
        catch (Exception late) when (late is TimeoutException or OperationCanceledException)
        {
            // It is ordered; what has become of it, its id tells.
        }
        return outcome;
    }

    /// <summary>Records a certificate that the service has newly endorsed for a node.</summary>
    /// <param name="nodeId">The node.</param>
    /// <param name="certificate">The certificate, PEM.</param>
    /// <param name="request">The request that its next one is made from, PEM; null to leave that as it is.</param>
    /// <param name="before">The one that it replaces, PEM: another one stays. Null where the ledger has none.</param>
    public Task<Outcome<bool>> RecordCertificateAsync(string nodeId, string certificate, string? request, string? before) =>
        _node.SubmitAsync(
            new SetNodeCertificate(nodeId, certificate) { CertificateRequest = request, Before = before }, untilCommitted: false);

    /// <summary>The ledger files that are closed, in order.</summary>
    public IReadOnlyList<ChunkPath> ClosedFiles => _node.ClosedFiles;

    /// <summary>An entry's bytes as they stand in the ledger's files; null where there is none.</summary>
    public byte[]? EntryBytes(SeqNo seqno) => _node.EntryBytes(seqno);

    /// <summary>Gives up the primary's place, and waits until no other node counts on this one any more.</summary>
    public async Task LeaveAsync()
    {
        _isLeaving = true;
        var hasLed = Network is not null && Role == NodeRole.Primary;
        await _node.LeaveAsync();
        if (hasLed) await Task.Delay(HandOver, _time);
    }

    /// <summary>Carries out what was taken, signs it, and closes the ledger.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _certificate;
        await Recovery.DisposeAsync();
        await _node.DisposeAsync();
        Governance.Dispose();
        _runs.Dispose();
        _stop.Dispose();
        Network?.Dispose();
    }

    // A decision of members that such changes have overtaken goes first.
    private async Task<Outcome<TResult>> ChangeRightsAsync<TResult>(ICommand<TResult> change)
    {
        await Governance.RightOfWay.WhenClearAsync(_stop.Token);
        return await _writes.SubmitAsync(change);
    }

    private static LedgerNodeOptions NodeOptions(LedgerHome home, LedgerHostOptions options, Action<long> indexesLack) => new()
    {
        LedgerDirectory = home.LedgerDirectory,
        IndexDirectory = home.IndexDirectory,
        SnapshotDirectory = home.SnapshotDirectory,
        HeadFile = home.HeadFile,
        Metrics = options.Metrics,
        NodeKey = home.NodeKey,
        NodeCertificate = () => home.NodeCertificate.Pem,
        ServiceKey = home.ServiceKey,
        ServiceCertificate = home.ServiceCertificate,
        Secrets = home.LedgerSecrets,
        RecoveredFrom = home.RecoveredFrom,
        Issuer = "stele",
        Subject = options.LedgerId ?? LedgerHostOptions.DefaultLedgerId,
        ChunkBytes = options.ChunkBytes,
        AcceptLedgerEnd = options.AcceptLedgerEnd,
        ReadsAll = options.ReadsAll,
        SnapshotEntries = options.SnapshotEntries,
        IndexesLack = indexesLack,
        Sequencer = new SequencerOptions { SignatureInterval = options.SignatureInterval },
    };
}
