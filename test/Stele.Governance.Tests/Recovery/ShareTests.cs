using System.Security.Cryptography;
using System.Text.Json;
using Stele.Cryptography.Sealing;
using Stele.Cryptography.Sharing;
using Stele.Governance.Proposals;
using Stele.Governance.Recovery;
using Stele.Governance.Requests;

namespace Stele.Governance.Tests.Recovery;

/// <summary>Who holds shares of the ledger secret, and when they are issued anew.</summary>
public sealed class ShareTests
{
    private readonly TestConsortium _consortium = new(
        [new("a") { Encryption = RSA.Create(2048) }, new("b") { Encryption = EcKey() }, new("c") { Encryption = EcKey() }],
        threshold: 2);

    [Fact]
    public void As_many_members_as_the_threshold_bring_the_secret_back_and_fewer_do_not()
    {
        var members = _consortium.Members;
        Assert.Equal(members.Select(member => member.Id).Order(StringComparer.Ordinal), Holders);
        Assert.True(Opens(members[0], members[1]));
        Assert.True(Opens(members[2], members[0]));
        Assert.True(Opens(members));
        Assert.All(members, member => Assert.False(Opens(member)));
    }

    [Fact]
    public void Nobody_opens_the_share_of_another()
    {
        var shares = RecoveryShares.Find(_consortium.Tables)!.Shares;
        var (b, c) = (_consortium.Members[1], _consortium.Members[2]);
        var key = c.Encryption!.ExportPkcs8PrivateKeyPem();
        Assert.Throws<FormatException>(() => MemberEncryptionKey.Open(key, b.Id, shares[b.Id].Span));
        Assert.Throws<FormatException>(() => MemberEncryptionKey.Open(key, b.Id, shares[c.Id].Span));
        Assert.Throws<FormatException>(
            () => MemberEncryptionKey.Open(_consortium.Members[0].Encryption!.ExportPkcs8PrivateKeyPem(), b.Id, shares[b.Id].Span));
    }

    [Fact]
    public void A_refresh_issues_others_of_the_same_secret()
    {
        var before = RecoveryShares.Find(_consortium.Tables)!;
        Assert.Equal(ProposalState.Accepted, Pass("trigger_recovery_shares_refresh", new { }).State);
        Assert.NotEqual(before.WrappedSecret, RecoveryShares.Find(_consortium.Tables)!.WrappedSecret);
        Assert.True(Opens(_consortium.Members[0], _consortium.Members[1]));
        Assert.False(OpensAll(before, _consortium.Members[0]));
    }

    [Fact]
    public void Another_threshold_counts_from_the_vote_on()
    {
        Assert.Equal(ProposalState.Accepted, Pass("set_recovery_threshold", new { recovery_threshold = 3 }).State);
        Assert.False(Opens(_consortium.Members[0], _consortium.Members[1]));
        Assert.True(Opens(_consortium.Members));
        Assert.Equal(ProposalState.Failed, Pass("set_recovery_threshold", new { recovery_threshold = 4 }).State);
    }

    [Fact]
    public void A_removed_member_has_no_share_of_what_comes_after()
    {
        var gone = _consortium.Members[2];
        Assert.Equal(ProposalState.Accepted, Pass("remove_member", new { member_id = gone.Id }).State);
        Assert.DoesNotContain(gone.Id, Holders);
        Assert.True(Opens(_consortium.Members[0], _consortium.Members[1]));
        var more = Pass("remove_member", new { member_id = _consortium.Members[1].Id });
        Assert.Contains("recovery threshold", more.Failure!.Reason);
    }

    [Fact]
    public void A_member_with_another_key_gets_a_share_with_the_acknowledgement()
    {
        var member = _consortium.Members[2];
        using var other = RSA.Create(2048);
        Pass("set_member", new { cert = member.Pem, encryption_pub_key = other.ExportSubjectPublicKeyInfoPem() });
        Assert.DoesNotContain(member.Id, Holders);
        Acknowledge(member);
        var sealedShare = RecoveryShares.Find(_consortium.Tables)!.Shares[member.Id];
        var share = MemberEncryptionKey.Open(other.ExportPkcs8PrivateKeyPem(), member.Id, sealedShare.Span);
        Assert.Equal(SecretShare.Size, share.Length);
    }

    [Fact]
    public void A_new_member_without_a_key_changes_no_shares()
    {
        var before = RecoveryShares.Find(_consortium.Tables)!;
        using var newcomer = new TestMember("newcomer");
        Pass("set_member", new { cert = newcomer.Pem });
        Acknowledge(newcomer);
        Assert.Equal(before.WrappedSecret, RecoveryShares.Find(_consortium.Tables)!.WrappedSecret);
    }

    [Fact]
    public void An_owner_alone_has_the_whole_key_and_who_takes_no_part_has_nothing()
    {
        var consortium = new TestConsortium(
            [new("owner") { Encryption = EcKey(), RecoveryRole = "Owner" }, new("a") { Encryption = EcKey() },
                new("b") { Encryption = EcKey() }, new("none") { Encryption = EcKey(), RecoveryRole = "NonParticipant" }], threshold: 2);
        var shares = RecoveryShares.Find(consortium.Tables)!;
        Assert.Equal(3, shares.Shares.Count);
        Assert.True(OpensAll(shares, consortium.Secret, consortium.Members[0]));
        Assert.False(OpensAll(shares, consortium.Secret, consortium.Members[1]));
        Assert.True(OpensAll(shares, consortium.Secret, consortium.Members[1], consortium.Members[2]));
    }

    [Fact]
    public void Where_nobody_has_a_key_there_are_no_shares_and_a_refresh_fails()
    {
        var consortium = new TestConsortium(1);
        Assert.Null(RecoveryShares.Find(consortium.Tables));
        var refresh = consortium.Propose(consortium.Members[0], TestConsortium.Action("trigger_recovery_shares_refresh", new { }));
        refresh = consortium.Vote(consortium.Members[0], refresh, true);
        Assert.Equal(ProposalState.Failed, refresh.State);
        Assert.Contains("recovery threshold", refresh.Failure!.Reason);
    }

    [Theory]
    [MemberData(nameof(BadKeys))]
    public void A_key_that_no_share_can_be_sealed_to_is_refused(string key, string role)
    {
        using var newcomer = new TestMember("newcomer");
        var proposal = Pass("set_member", new { cert = newcomer.Pem, encryption_pub_key = key, recovery_role = role });
        Assert.Equal(ProposalState.Failed, proposal.State);
    }

    public static TheoryData<string, string> BadKeys()
    {
        using var small = RSA.Create(1024);
        using var p256 = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var good = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        return new()
        {
            { small.ExportSubjectPublicKeyInfoPem(), "Participant" }, { p256.ExportSubjectPublicKeyInfoPem(), "Owner" },
            { good.ExportPkcs8PrivateKeyPem(), "Participant" }, { "no key", "Participant" },
        };
    }

    private static ECDiffieHellman EcKey() => ECDiffieHellman.Create(ECCurve.NamedCurves.nistP384);

    private IEnumerable<string> Holders => RecoveryShares.Find(_consortium.Tables)!.Shares.Keys;

    private Proposal Pass(string action, object args)
    {
        var proposal = _consortium.Propose(_consortium.Members[0], TestConsortium.Action(action, args));
        return _consortium.Vote(_consortium.Members[1], _consortium.Vote(_consortium.Members[0], proposal, true), true);
    }

    private void Acknowledge(TestMember member)
    {
        var told = _consortium.Granted(_consortium.Deliberate().UpdateStateDigest(
            _consortium.Sign(member, RequestType.StateDigest, ""), member.Id)).StateDigest;
        _consortium.Granted(_consortium.Deliberate().Acknowledge(
            _consortium.Sign(member, RequestType.Ack, JsonSerializer.Serialize(new { stateDigest = told })), member.Id));
    }

    private bool Opens(params TestMember[] members) => OpensAll(RecoveryShares.Find(_consortium.Tables)!, members);

    private bool OpensAll(RecoveryShares shares, params TestMember[] members) => OpensAll(shares, _consortium.Secret, members);

    private static bool OpensAll(RecoveryShares shares, LedgerSecret secret, params TestMember[] members)
    {
        var parts = members.Select(member => SecretShare.Parse(MemberEncryptionKey.Open(
            member.Encryption!.ExportPkcs8PrivateKeyPem(), member.Id, shares.Shares[member.Id].Span)));
        using var key = SharedKey.Combine([.. parts]);
        try
        {
            using var opened = key.Unwrap(shares.WrappedSecret.Span);
            return Secrets.Bytes(opened).SequenceEqual(Secrets.Bytes(secret));
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
