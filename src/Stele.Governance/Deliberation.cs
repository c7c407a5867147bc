using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Stele.Cryptography;
using Stele.Cryptography.Sealing;
using Stele.Cryptography.Sharing;
using Stele.Governance.Constitution;
using Stele.Governance.Members;
using Stele.Governance.Proposals;
using Stele.Governance.Recovery;
using Stele.Governance.Requests;
using Stele.Governance.Service;
using Stele.Governance.Tokens;
using Stele.Governance.Users;
using Stele.Ledger.Tables;
using Stele.Scripting;

namespace Stele.Governance;

/// <summary>
/// Decides what members ask for, from one state of the ledger: the same request in the same state has the same outcome on every
/// node, and years later in an audit.
/// </summary>
/// <param name="tables">What the ledger says.</param>
/// <param name="root">The Merkle root of the newest signature transaction.</param>
/// <param name="service">What a constitution can ask of the service.</param>
/// <param name="time">The clock that ends scripts which take too long.</param>
/// <param name="cancel">When nobody waits for it any more.</param>
public sealed class Deliberation(LedgerTables tables, Digest root, IServiceActions service, TimeProvider time, CancellationToken cancel)
{
    private const int MessageLengthMax = 4096;
    private readonly GovernanceState _state = new(tables, root);

    /// <summary>Makes a proposal.</summary>
    /// <param name="request">The request.</param>
    /// <param name="now">
    /// The clock of the node that takes it. What depends on it is asked only there: an audit, which decides what was taken, has none.
    /// </param>
    public Decision Propose(SignedRequest request, DateTimeOffset? now = null)
    {
        if (Refuse(request, RequestType.Proposal) is { } refusal) return new Decision.Refused(refusal);
        if (now is { } clock && Admission.Refuse(_state.Tables, request, clock) is { } untimely) return new Decision.Refused(untimely);
        if (RequestBodies.TextOf(request.Body) is not { } text) return Refused(RefusalCode.InvalidInput, "The body is no JSON in UTF-8.");
        if (now is not null && RequestBodies.HasNameTwice(text))
            return Refused(RefusalCode.InvalidInput, "The body has a name twice in one object: whoever reads it could see either value.");
        // Before any script runs: what is refused for this costs nobody's time.
        if (RecentProposals.Refuse(_state, request) is { } repeated) return new Decision.Refused(repeated);
        if (Runner.Validate(text) is { } why)
            return Refused(RefusalCode.ProposalFailedToValidate, $"Proposal failed to validate: {Short(why)}");
        var id = ProposalTable.IdOf(_state.Root, request);
        RecentProposals.Add(_state, request, id);
        _state.Put(GovernanceTables.Proposals, ProposalTable.Key(id), request.Body);
        return Resolve(request, text, new Proposal(id, request.Header.MemberId, ProposalState.Open));
    }

    /// <summary>Votes on a proposal.</summary>
    /// <param name="request">The request.</param>
    /// <param name="proposalId">The proposal that the request was sent to.</param>
    /// <param name="memberId">The member whose ballot it was sent as.</param>
    /// <param name="isTaken">
    /// Whether a node takes it now: then a ballot that fails is refused, while its author can still mend it. An audit decides what was
    /// taken.
    /// </param>
    public Decision Vote(SignedRequest request, string proposalId, string memberId, bool isTaken = false)
    {
        if (Refuse(request, RequestType.Ballot, proposalId, memberId) is { } refusal) return new Decision.Refused(refusal);
        if (Find(proposalId, out var text) is not { } proposal) return NotFound();
        if (RequestBodies.Read(request.Body, out var fault) is not { } ballot) return Refused(RefusalCode.InvalidInput, fault);
        if (proposal.Ballots.TryGetValue(memberId, out var before))
        {
            if (before == ballot) return VoteAgain(request, text, proposal);
            if (Runner.Vote(before, text, proposal.ProposerId) is not ScriptOutcome.Failed)
                return Refused(RefusalCode.VoteAlreadyExists, "You have voted otherwise on this proposal before; a vote is final.");
        }
        if (proposal.State != ProposalState.Open) return NotOpen(proposal);
        if (Runner.CheckBallot(ballot) is { } error) return Refused(RefusalCode.InvalidInput, $"The ballot cannot be taken: {error}");
        if (isTaken && Runner.Vote(ballot, text, proposal.ProposerId) is ScriptOutcome.Failed { Error: var failure })
            return Refused(RefusalCode.InvalidInput, $"The ballot fails, and would be no vote: {failure}");
        return Resolve(request, text, proposal with { Ballots = proposal.Ballots.SetItem(memberId, ballot) });
    }

    // A vote that changes nothing: but who votes may have changed meanwhile, and what was not enough may be enough now.
    private Decision.Granted VoteAgain(SignedRequest request, string text, Proposal proposal)
    {
        if (proposal.State != ProposalState.Open) return new Decision.Granted(new(), proposal);
        var resolved = new Resolution(_state, Runner, text).Of(proposal);
        return resolved.State == ProposalState.Open ? new Decision.Granted(new(), proposal) : Record(request, resolved);
    }

    /// <summary>Withdraws a proposal of one's own, or of somebody who is no member any more.</summary>
    public Decision Withdraw(SignedRequest request, string proposalId)
    {
        if (Refuse(request, RequestType.Withdrawal, proposalId, request.Header.MemberId) is { } refusal)
            return new Decision.Refused(refusal);
        if (Find(proposalId, out _) is not { } proposal) return NotFound();
        if (proposal.ProposerId != request.Header.MemberId && MemberTable.Find(_state.Tables, proposal.ProposerId) is not null)
            return Refused(RefusalCode.AuthorizationFailed, "Only the member who made a proposal can withdraw it.");
        if (proposal.State == ProposalState.Withdrawn) return new Decision.Granted(new(), proposal);
        if (proposal.State != ProposalState.Open) return NotOpen(proposal);
        return Record(request, proposal with { State = ProposalState.Withdrawn });
    }

    /// <summary>Tells a member the state, to be acknowledged.</summary>
    /// <param name="request">The request.</param>
    /// <param name="memberId">The member whom it was sent as.</param>
    /// <param name="now">The clock of the node that takes it.</param>
    public Decision UpdateStateDigest(SignedRequest request, string memberId, DateTimeOffset? now = null)
    {
        if (Refuse(request, RequestType.StateDigest, memberId: memberId, activeOnly: false) is { } refusal)
            return new Decision.Refused(refusal);
        if (now is { } clock && Admission.RefuseTime(request, clock) is { } untimely) return new Decision.Refused(untimely);
        MemberTable.PutAck(_state, memberId, _state.Root.ToHex(), request: null);
        return new Decision.Granted(_state.Writes, StateDigest: _state.Root.ToHex());
    }

    /// <summary>Takes a member's acknowledgement of the state that the member was told; by the first, the member is active.</summary>
    /// <param name="request">The request.</param>
    /// <param name="memberId">The member whom it was sent as.</param>
    /// <param name="isTaken">
    /// Whether a node takes it now: then a second one of the same state, which anybody can send who has read the first on the ledger,
    /// changes nothing. An audit decides what was taken.
    /// </param>
    public Decision Acknowledge(SignedRequest request, string memberId, bool isTaken = false)
    {
        if (Refuse(request, RequestType.Ack, memberId: memberId, activeOnly: false) is { } refusal) return new Decision.Refused(refusal);
        if (MemberTable.StateDigest(_state.Tables, memberId) is not { } told)
            return Refused(RefusalCode.AuthorizationFailed, "Ask for the state digest first: there is none to acknowledge.");
        if (RequestBodies.ReadStateDigest(request.Body) != told)
            return Refused(RefusalCode.StateDigestMismatch, "This is not the state digest that you were told last; ask for it again.");
        var isActive = MemberTable.Find(_state.Tables, memberId)!.Status == MemberStatus.Active;
        if (isTaken && isActive && MemberTable.HasAcknowledged(_state.Tables, memberId))
            return new Decision.Granted(new(), StateDigest: told);
        MemberTable.PutAck(_state, memberId, told, request.Bytes);
        if (!isActive) MemberTable.Activate(_state, memberId);
        ShareRules.Follow(tables, _state);
        return new Decision.Granted(_state.Writes, StateDigest: told) { Tasks = _state.Tasks };
    }

    /// <summary>What an open proposal would do if it passed now; null where there is no such open proposal.</summary>
    /// <param name="proposalId">The proposal.</param>
    public ProposalPreview? Preview(string proposalId)
    {
        if (Find(proposalId, out var text) is not { State: ProposalState.Open } proposal) return null;
        var applied = new Resolution(_state, Runner, text).Apply(proposal with { State = ProposalState.Accepted });
        if (applied.Failure is { } failure) return new ProposalPreview(failure, []);
        ShareRules.Follow(tables, _state);
        return new ProposalPreview(null,
        [
            .. from table in _state.Writes.Tables
               from write in table.Writes
               where table.Name != GovernanceTables.ProposalsInfo || !write.Key.Span.SequenceEqual(ProposalTable.Key(proposalId))
               let before = tables.TryGet(table.Name, write.Key, out var row) ? row : default(ReadOnlyMemory<byte>?)
               where !Same(before, write.Value)
               select new RowChange(table.Name, write.Key, before, write.Value),
        ],
        _state.Tasks)
        {
            Warnings =
            [
                .. SharedUsers.WarningsOf(tables, _state.Tables), .. KeylessIssuers.WarningsOf(tables, _state.Tables),
                .. RolelessUsers.WarningsOf(tables, _state.Tables), .. LockOut.WarningsOf(tables, _state, Runner),
            ],
        };
    }

    private static bool Same(ReadOnlyMemory<byte>? before, ReadOnlyMemory<byte>? after) =>
        before is { } one && after is { } other ? one.Span.SequenceEqual(other.Span) : before is null && after is null;

    /// <summary>Takes a member's recovery share; one that the member gave before is replaced. What was signed is not kept.</summary>
    /// <param name="request">The request.</param>
    /// <param name="memberId">The member whose share it was sent as.</param>
    /// <param name="secret">The recovering service's secret, which the share is kept under.</param>
    public Decision SubmitShare(SignedRequest request, string memberId, LedgerSecret secret)
    {
        if (Refuse(request, RequestType.RecoveryShare, memberId: memberId) is { } refusal) return new Decision.Refused(refusal);
        if (ServiceTable.Status(_state.Tables) != ServiceStatus.WaitingForRecoveryShares)
            return Refused(RefusalCode.ServiceNotWaitingForRecoveryShares, "The service is not waiting for recovery shares.");
        if (RecoveryShares.Find(_state.Tables)?.Shares.ContainsKey(memberId) != true)
            return Refused(RefusalCode.AuthorizationFailed, "You hold no recovery share of this ledger.");
        var share = RequestBodies.ReadShare(request.Body);
        if (share is null) return Refused(RefusalCode.InvalidInput, "The body must be {\"share\": …}, a share of 44 bytes in base64.");
        try
        {
            using var parsed = SecretShare.Parse(share);
            if (SubmittedShares.IsGivenByAnother(_state.Tables, memberId, parsed, secret))
                return Refused(RefusalCode.InvalidInput, "Another member has given this very share.");
            if (!SharePoint.MayBe(parsed.X, memberId, _state.Tables))
                return Refused(RefusalCode.InvalidInput, "This is not the share that was issued to you.");
            _state.Put(SubmittedShares.Table, MemberTable.Key(memberId), SubmittedShares.Row(share, secret));
            return new Decision.Granted(_state.Writes);
        }
        catch (FormatException fault)
        {
            return Refused(RefusalCode.InvalidInput, fault.Message);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(share);
        }
    }

    private ConstitutionRunner Runner => new(_state, service, time, cancel);

    /// <summary>How long a request that is dated ahead of a node's clock waits before the node takes it.</summary>
    public static TimeSpan WaitOf(SignedRequest request, DateTimeOffset now) => Admission.WaitOf(request, now);

    /// <summary>Whether a request is signed by the member that it names. Who is none, or not active, is refused without a script.</summary>
    public bool IsByMember(SignedRequest request) =>
        MemberTable.Find(_state.Tables, request.Header.MemberId) is { } member && IsSigned(request, member);

    private GovernanceRefusal? Refuse(
        SignedRequest request, RequestType type, string? proposalId = null, string? memberId = null, bool activeOnly = true)
    {
        var header = request.Header;
        if (header.Type != type) return new(RefusalCode.InvalidAuthenticationInfo, $"The request is signed as one of type {header.Type}.");
        if (MemberTable.Find(_state.Tables, header.MemberId) is not { } member || !IsSigned(request, member))
            return new(RefusalCode.InvalidAuthenticationInfo, "The request is not signed by a member of this ledger.");
        if (activeOnly && member.Status != MemberStatus.Active)
            return new(RefusalCode.InvalidAuthenticationInfo, "You are not an active member yet: acknowledge the state first.");
        if (header.ProposalId != proposalId)
            return new(RefusalCode.InvalidAuthenticationInfo, "The request is signed for another proposal than it was sent to.");
        return memberId is not null && memberId != header.MemberId
            ? new(RefusalCode.InvalidAuthenticationInfo, "The request is signed by another member than it was sent as.")
            : null;
    }

    private static bool IsSigned(SignedRequest request, Member member)
    {
        using var certificate = X509Certificate2.CreateFromPem(member.Certificate);
        return request.IsSignedBy(certificate);
    }

    private Proposal? Find(string id, out string text)
    {
        text = ProposalTable.Text(_state.Tables, id) ?? "";
        return ProposalTable.Find(_state.Tables, id);
    }

    private Decision.Granted Resolve(SignedRequest request, string text, Proposal proposal) =>
        Record(request, new Resolution(_state, Runner, text).Of(proposal));

    private Decision.Granted Record(SignedRequest request, Proposal proposal)
    {
        ProposalTable.Put(_state, proposal);
        _state.Put(
            GovernanceTables.CoseHistory, MemberTable.Key(request.Header.MemberId),
            Json.Write(json => json.WriteBase64StringValue(request.Bytes.Span)));
        ShareRules.Follow(tables, _state);
        return new Decision.Granted(_state.Writes, proposal) { Tasks = _state.Tasks };
    }

    private static string Short(string text) => text.Length <= MessageLengthMax ? text : text[..MessageLengthMax];

    private static Decision.Refused NotFound() => Refused(RefusalCode.ProposalNotFound, "There is no proposal of this id.");

    private static Decision.Refused NotOpen(Proposal proposal) =>
        Refused(RefusalCode.ProposalNotOpen, $"The proposal is not open any more: it is {proposal.State}.");

    private static Decision.Refused Refused(RefusalCode code, string message) => new(new(code, message));
}
