using System.Text;
using Stele.Cryptography;
using Stele.Governance.Requests;
using Stele.Ledger.Tables;

namespace Stele.Governance.Proposals;

/// <summary>The proposals, as rows of CCF's tables.</summary>
public static class ProposalTable
{
    /// <summary>All that the ledger's state has: the open ones, and those that were decided last.</summary>
    public static IEnumerable<Proposal> List(LedgerTables tables) => tables.Rows(GovernanceTables.ProposalsInfo)
        .Select(row => Proposal.Parse(Encoding.UTF8.GetString(row.Key.Span), row.Value));

    /// <summary>The proposal of an id; null where there is none.</summary>
    public static Proposal? Find(LedgerTables tables, string id) =>
        tables.TryGet(GovernanceTables.ProposalsInfo, Key(id), out var row) ? Proposal.Parse(id, row) : null;

    /// <summary>What a proposal proposes, as it was made: JSON; null where there is none of this id.</summary>
    public static string? Text(LedgerTables tables, string id) =>
        tables.TryGet(GovernanceTables.Proposals, Key(id), out var text) ? Encoding.UTF8.GetString(text.Span) : null;

    /// <summary>The id that a proposal has, by the state that it is made under and the request that makes it.</summary>
    internal static string IdOf(in Digest root, SignedRequest request) => Digest.Of(root, request.Digest).ToHex();

    internal static void Put(GovernanceState state, Proposal proposal) =>
        state.Put(GovernanceTables.ProposalsInfo, Key(proposal.Id), proposal.ToRow());

    internal static byte[] Key(string id) => Encoding.UTF8.GetBytes(id);

    /// <summary>Forgets proposals that were decided before; the ledger's history has them.</summary>
    internal static void ForgetDecided(GovernanceState state, string except)
    {
        foreach (var old in List(state.Tables).Where(one => one.State != ProposalState.Open && one.Id != except).ToList())
        {
            state.Remove(GovernanceTables.Proposals, Key(old.Id));
            state.Remove(GovernanceTables.ProposalsInfo, Key(old.Id));
        }
    }
}
