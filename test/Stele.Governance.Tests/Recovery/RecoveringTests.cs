using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using Stele.Cryptography.Sharing;
using Stele.Governance.Proposals;
using Stele.Governance.Recovery;
using Stele.Governance.Requests;
using Stele.Governance.Service;
using Stele.Ledger.Entries;
using Stele.Ledger.Secrets;
using Stele.Ledger.Transactions;

namespace Stele.Governance.Tests.Recovery;

/// <summary>While a ledger is being recovered: who may give which share, and what stays as it is until the service is open.</summary>
public sealed class RecoveringTests
{
    private const string AsItIs = "stays as it is";

    private readonly TestConsortium _consortium = new(
        [Holder("a"), Holder("b"), Holder("c"), Holder("owner", "Owner"), new TestMember("none")], threshold: 3);

    private readonly List<TestMember> _participants;

    public RecoveringTests() =>
        _participants = [.. _consortium.Members.Take(3).OrderBy(member => member.Id, StringComparer.Ordinal)];

    private TestMember Owner => _consortium.Members[3];

    [Theory]
    [InlineData(ServiceStatus.Recovering)]
    [InlineData(ServiceStatus.WaitingForRecoveryShares)]
    public void Who_holds_shares_and_how_many_are_needed_stays(ServiceStatus status)
    {
        Assert.Null(Fault("set_recovery_threshold", new { recovery_threshold = 2 }));
        _consortium.Run(new SetStatus(status));
        var holder = _participants[1];
        using var key = EcKey();
        foreach (var threshold in new[] { 1, 3 })
            Assert.Contains(AsItIs, Fault("set_recovery_threshold", new { recovery_threshold = threshold }));
        Assert.Contains(
            AsItIs, Fault("set_member", new { cert = holder.Pem, encryption_pub_key = key.ExportSubjectPublicKeyInfoPem() }));
        Assert.Contains(AsItIs, Fault("remove_member", new { member_id = holder.Id }));
        // Whoever holds none comes and goes.
        using var newcomer = new TestMember("newcomer");
        Assert.Null(Fault("set_member", new { cert = newcomer.Pem }));
        Assert.Null(Fault("remove_member", new { member_id = newcomer.Id }));
        _consortium.Run(new SetStatus(ServiceStatus.Open));
        Assert.Null(Fault("set_recovery_threshold", new { recovery_threshold = 3 }));
    }

    [Fact]
    public void The_service_stays_closed_while_new_shares_cannot_be_issued()
    {
        Reset(_participants[1]);
        _consortium.Run(new SetStatus(ServiceStatus.WaitingForRecoveryShares));
        Assert.Contains("recovery threshold is 3", Complete());
        Assert.Equal(ServiceStatus.WaitingForRecoveryShares, ServiceTable.Status(_consortium.Tables));

        // What was too few already may be mended.
        Assert.Null(Fault("set_recovery_threshold", new { recovery_threshold = 2 }));
        Assert.Contains(AsItIs, Fault("set_recovery_threshold", new { recovery_threshold = 1 }));
        var before = RecoveryShares.Find(_consortium.Tables)!.WrappedSecret;
        Assert.Null(Complete());
        Assert.Equal(ServiceStatus.Open, ServiceTable.Status(_consortium.Tables));
        Assert.NotEqual(before, RecoveryShares.Find(_consortium.Tables)!.WrappedSecret);
    }

    [Fact]
    public void A_share_is_taken_where_it_was_issued_and_nowhere_else()
    {
        _consortium.Run(new SetStatus(ServiceStatus.WaitingForRecoveryShares));
        for (var i = 0; i < _participants.Count; i++)
        {
            for (var x = 0u; x <= 5; x++)
                if (x != i + 1) Assert.Contains("issued to you", Refusal(_participants[i], Invented(x)));
        }
        for (var x = 1u; x <= 5; x++) Assert.Contains("issued to you", Refusal(Owner, Invented(x)));
        foreach (var member in (TestMember[])[.. _participants, Owner]) Assert.Null(Refusal(member, ShareOf(member)));
        Assert.Equal(4, SubmittedShares.Count(_consortium.Tables));
    }

    /// <summary>The old share counts, and whether it was an owner's cannot be told.</summary>
    [Fact]
    public void A_holder_who_was_set_anew_since_keeps_nobody_from_giving_a_share()
    {
        var shares = _participants.Select(ShareOf).ToList();
        Reset(_participants[1], "Owner");
        _consortium.Run(new SetStatus(ServiceStatus.WaitingForRecoveryShares));
        Acknowledge(_participants[1]);
        Assert.Contains("issued to you", Refusal(_participants[0], Invented(2)));
        Assert.Contains("issued to you", Refusal(_participants[0], Invented(0)));
        Assert.Contains("issued to you", Refusal(_participants[2], Invented(1)));
        for (var i = 0; i < 3; i++) Assert.Null(Refusal(_participants[i], shares[i]));
    }

    private static TestMember Holder(string name, string? role = null) =>
        new(name) { Encryption = EcKey(), RecoveryRole = role };

    private static ECDiffieHellman EcKey() => ECDiffieHellman.Create(ECCurve.NamedCurves.nistP384);

    private static byte[] Invented(uint x)
    {
        var share = new byte[SecretShare.Size];
        BinaryPrimitives.WriteUInt32LittleEndian(share, x);
        return share;
    }

    private string? Fault(string action, object args)
    {
        var proposal = _consortium.Propose(_consortium.Members[4], TestConsortium.Action(action, args));
        foreach (var member in _consortium.Members.Where(member => member != _participants[1]))
            if (proposal.State == ProposalState.Open) proposal = _consortium.Vote(member, proposal, true);
        return proposal.Failure?.Reason;
    }

    // With a key of its own again, so that it has still to acknowledge the state.
    private void Reset(TestMember member, string role = "Participant") => Assert.Null(Fault(
        "set_member",
        new { cert = member.Pem, encryption_pub_key = member.Encryption!.ExportSubjectPublicKeyInfoPem(), recovery_role = role }));

    private void Acknowledge(TestMember member)
    {
        var told = _consortium.Granted(_consortium.Deliberate().UpdateStateDigest(
            _consortium.Sign(member, RequestType.StateDigest, ""), member.Id)).StateDigest;
        _consortium.Granted(_consortium.Deliberate().Acknowledge(
            _consortium.Sign(member, RequestType.Ack, JsonSerializer.Serialize(new { stateDigest = told })), member.Id));
    }

    private byte[] ShareOf(TestMember member) => MemberEncryptionKey.Open(
        member.Encryption!.ExportPkcs8PrivateKeyPem(), member.Id, RecoveryShares.Find(_consortium.Tables)!.Shares[member.Id].Span);

    private string? Refusal(TestMember member, byte[] share)
    {
        var request = _consortium.Sign(
            member, RequestType.RecoveryShare, JsonSerializer.Serialize(new { share = Convert.ToBase64String(share) }));
        var decision = _consortium.Deliberate().SubmitShare(request, member.Id, _consortium.Secret);
        if (decision is Decision.Refused refused) return refused.Why.Message;
        _consortium.Granted(decision);
        return null;
    }

    private string? Complete()
    {
        using var restored = new LedgerSecrets(_consortium.Secret.Clone());
        var endorsement = new EndorsementRow(new byte[1], new byte[1], new TransactionId(View.First, SeqNo.First), null, null);
        return _consortium.Run(new CompleteRecovery(restored, endorsement, new SeqNo(3), linkedAt: null));
    }

    private sealed class SetStatus(ServiceStatus status) : ICommand<bool>
    {
        public bool Execute(Transaction transaction)
        {
            transaction.Put(TableNames.ServiceInfo, TableNames.SingleKey, ServiceTable.With(transaction.State, status));
            return true;
        }
    }
}
