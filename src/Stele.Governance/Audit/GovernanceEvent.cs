using Stele.Governance.Proposals;
using Stele.Governance.Requests;
using Stele.Ledger.Entries;

namespace Stele.Governance.Audit;

/// <summary>What a transaction did to the tables of governance, and by what right.</summary>
/// <param name="Id">The transaction.</param>
public abstract record GovernanceEvent(TransactionId Id)
{
    /// <summary>A service began, or went on under a new identity after a disaster: with the members, rules and nodes it names.</summary>
    /// <param name="Id">The transaction.</param>
    /// <param name="Recoveries">How often the service has been recovered.</param>
    /// <param name="Rights">The first users, and what roles may do; none of a service that was recovered.</param>
    public sealed record ServiceBegan(TransactionId Id, int Recoveries, IReadOnlyList<RightsChange> Rights) : GovernanceEvent(Id);

    /// <summary>A member asked for it by a signed request, and the rules of that time give what was written.</summary>
    /// <param name="Id">The transaction.</param>
    /// <param name="Request">What the request's header says.</param>
    /// <param name="Certificate">The certificate of the member who signed, PEM.</param>
    /// <param name="Proposal">The proposal after it; none for an acknowledgement.</param>
    /// <param name="Actions">The proposal's actions.</param>
    public sealed record Decided(
        TransactionId Id, RequestHeader Request, string Certificate, Proposal? Proposal, IReadOnlyList<ProposedAction> Actions)
        : GovernanceEvent(Id)
    {
        /// <summary>The ballot that the request brought, a script; null where it brought none.</summary>
        public string? Ballot { get; init; }
    }

    /// <summary>A member was told a state of this ledger, to be acknowledged.</summary>
    /// <param name="Id">The transaction.</param>
    /// <param name="MemberId">The member.</param>
    public sealed record StateTold(TransactionId Id, string MemberId) : GovernanceEvent(Id);

    /// <summary>The service, a node or an administrator wrote what they may write without a proposal.</summary>
    /// <param name="Id">The transaction.</param>
    /// <param name="Tables">The tables of governance, but for those of users and roles.</param>
    /// <param name="Rights">What became of users and roles: that is told, and nothing on the ledger says whether it was right.</param>
    public sealed record WrittenByService(TransactionId Id, IReadOnlyList<TableName> Tables, IReadOnlyList<RightsChange> Rights)
        : GovernanceEvent(Id);

    /// <summary>Nothing that a member signed explains it: whoever runs the service has broken the rules.</summary>
    /// <param name="Id">The transaction.</param>
    /// <param name="Reason">What is wrong.</param>
    public sealed record Unexplained(TransactionId Id, string Reason) : GovernanceEvent(Id);
}
