using System.Security.Cryptography;
using Stele.Cryptography.Sharing;
using Stele.Governance.Nodes;
using Stele.Governance.Proposals;
using Stele.Governance.Recovery;
using Stele.Governance.Requests;
using Stele.Ledger.Secrets;

namespace Stele.Governance.Tests.Recovery;

/// <summary>A new ledger secret by vote: for the nodes, for the members, and the way back to the ones before.</summary>
public sealed class RekeyTests
{
    private const string NodeId = "0000000000000000000000000000000000000000000000000000000000000000";

    private readonly TestConsortium _consortium = new([new("a") { Encryption = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP384) }]);

    [Fact]
    public void Nodes_and_members_get_the_new_secret_which_opens_the_ones_before()
    {
        var first = Secrets.Bytes(_consortium.Secret);
        Assert.Equal(ProposalState.Accepted, Propose("trigger_ledger_rekey").State);
        var second = Secrets.Bytes(_consortium.Secret);
        var at = SecretLink.NewestIn(_consortium.Tables)!.Value;
        Propose("set_recovery_threshold", new { recovery_threshold = 1 });
        Assert.Equal(ProposalState.Accepted, Propose("trigger_ledger_rekey").State);
        var newestAt = SecretLink.NewestIn(_consortium.Tables)!.Value;

        var given = Assert.Single(SecretDelivery.Read(_consortium.WritesAt(newestAt), newestAt, NodeId, _consortium.NodeKey));
        Assert.Equal(newestAt.Next, given.Key);
        Assert.Equal(Secrets.Bytes(_consortium.Secret), Secrets.Bytes(given.Value));

        using var all = SecretChain.Open(_consortium.Secret, newestAt, _consortium.WritesAt);
        Assert.Equal([SeqNo.First, at.Next, newestAt.Next], all.All.Select(secret => secret.Key));
        Assert.Equal(first, Secrets.Bytes(all.For(at)!));
        Assert.Equal(second, Secrets.Bytes(all.For(newestAt)!));
        Assert.Equal(Secrets.Bytes(_consortium.Secret), SharedSecret());
    }

    [Fact]
    public void A_refresh_behind_it_says_where_the_way_back_begins()
    {
        Assert.Null(RecoveryShares.Find(_consortium.Tables)!.LinkedAt);
        Propose("trigger_ledger_rekey");
        Assert.Null(RecoveryShares.Find(_consortium.Tables)!.LinkedAt);
        Propose("trigger_recovery_shares_refresh");
        Assert.Equal(SecretLink.NewestIn(_consortium.Tables), RecoveryShares.Find(_consortium.Tables)!.LinkedAt);
        Assert.Equal(Secrets.Bytes(_consortium.Secret), SharedSecret());
    }

    [Fact]
    public void It_fails_while_a_trusted_node_could_not_be_given_the_secret()
    {
        _consortium.Run(new RecordJoin(new NodeRecord(
            NodeStatus.Pending, NodeEvidence.Virtual(new string('1', 64)), Address: null)
        { EncryptionKey = "none" }));
        _consortium.Run(new TrustNode(new string('1', 64), "certificate"));
        var before = Secrets.Bytes(_consortium.Secret);
        var proposal = Propose("trigger_ledger_rekey");
        Assert.Equal(ProposalState.Failed, proposal.State);
        Assert.Contains(new string('1', 64), proposal.Failure!.Reason);
        Assert.Equal(before, Secrets.Bytes(_consortium.Secret));
    }

    [Fact]
    public void What_was_decided_before_it_is_decided_anew()
    {
        var request = _consortium.Sign(_consortium.Members[0], RequestType.Proposal, Text("trigger_recovery_shares_refresh"));
        var read = _consortium.Tables;
        var decision = Assert.IsType<Decision.Granted>(_consortium.Deliberate().Propose(request));
        Propose("trigger_ledger_rekey");
        Assert.False(_consortium.Run(new RecordDecision(read, decision)));
    }

    [Fact]
    public void A_node_is_told_from_where_on_the_newest_secret_seals()
    {
        Propose("trigger_ledger_rekey");
        var node = new NodeRecord(NodeStatus.Pending, NodeEvidence.Virtual(new string('2', 64)), Address: null)
        {
            EncryptionKey = _consortium.NodeKey.PublicKeyPem,
        };
        _consortium.Run(new RecordJoin(node));
        Assert.Equal(ProposalState.Accepted, Propose("transition_node_to_trusted", new { node_id = node.Id }).State);
        Assert.Equal(NodeStatus.Trusted, NodeTable.Find(_consortium.Tables, node.Id)!.Status);
    }

    private static string Text(string action, object? args = null) => TestConsortium.Action(action, args ?? new { });

    private Proposal Propose(string action, object? args = null)
    {
        var proposal = _consortium.Propose(_consortium.Members[0], Text(action, args));
        return proposal.State == ProposalState.Open ? _consortium.Vote(_consortium.Members[0], proposal, true) : proposal;
    }

    private byte[] SharedSecret()
    {
        var member = _consortium.Members[0];
        var shares = RecoveryShares.Find(_consortium.Tables)!;
        using var share = SecretShare.Parse(MemberEncryptionKey.Open(
            member.Encryption!.ExportPkcs8PrivateKeyPem(), member.Id, shares.Shares[member.Id].Span));
        using var key = SharedKey.Combine([share]);
        using var secret = key.Unwrap(shares.WrappedSecret.Span);
        return Secrets.Bytes(secret);
    }
}
