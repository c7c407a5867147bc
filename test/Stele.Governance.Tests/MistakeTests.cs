using System.Security.Cryptography;
using Stele.Governance.Members;
using Stele.Governance.Proposals;
using Stele.Governance.Requests;
using static Stele.Governance.Tests.TestConsortium;

namespace Stele.Governance.Tests;

/// <summary>Mistakes in proposals that must not pass as something else.</summary>
public sealed class MistakeTests
{
    private const string Nobody = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    private const string Measured =
        "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    private readonly TestConsortium _consortium = new(members: 1);

    [Theory]
    [InlineData("remove_member", "member_id", Nobody)]
    [InlineData("remove_user", "user_id", Nobody)]
    [InlineData("remove_user_roles", "user_id", "nobody")]
    [InlineData("remove_jwt_issuer", "issuer", "https://nobody.example")]
    [InlineData("remove_node", "node_id", Nobody)]
    [InlineData("remove_virtual_measurement", "measurement", "none")]
    [InlineData("remove_virtual_host_data", "host_data", Nobody)]
    [InlineData("remove_snp_measurement", "measurement", Measured)]
    [InlineData("remove_snp_host_data", "host_data", Nobody)]
    public void What_is_not_there_is_not_removed(string action, string name, string value)
    {
        var failed = Decide(Action(action, new Dictionary<string, string> { [name] = value }));
        Assert.Equal(ProposalState.Failed, failed.State);
        Assert.Contains("there is no", failed.Failure!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_member_who_is_set_again_stays_active_and_keeps_the_key()
    {
        using var key = RSA.Create(2048);
        var pem = key.ExportSubjectPublicKeyInfoPem();
        var member = _consortium.Members[0];
        var alone = Decide(Action("set_member", new { cert = member.Pem, encryption_pub_key = pem }));
        Assert.Contains("No active member", alone.Failure!.Reason, StringComparison.Ordinal);
        using var other = new TestMember("other");
        Decide(Action("set_member", new { cert = other.Pem, encryption_pub_key = pem }));
        foreach (var one in new[] { member, other })
        {
            var again = Decide(Action("set_member", new { cert = one.Pem, member_data = new { name = "Alice" } }));
            Assert.Equal(ProposalState.Accepted, again.State);
        }
        var kept = MemberTable.Find(_consortium.Tables, member.Id)!;
        Assert.Equal(MemberStatus.Active, kept.Status);
        Assert.Equal(pem, MemberTable.Find(_consortium.Tables, other.Id)!.EncryptionKey);
        Assert.Contains("Alice", kept.Data!, StringComparison.Ordinal);
    }

    [Fact]
    public void No_constitution_leaves_the_consortium_without_an_active_member()
    {
        const string careless = """
            export function validate() { return { valid: true }; }
            export function resolve(p, id, votes) { return votes.length > 0 ? 'Accepted' : 'Open'; }
            export function apply() {
              const members = ccf.kv['public:ccf.gov.members.info'];
              members.forEach((value, key) => members.set(key, ccf.jsonCompatibleToBuf({ status: 'Accepted' })));
            }
            """;
        var consortium = new TestConsortium(1, careless);
        var proposal = consortium.Propose(consortium.Members[0], "{}");
        var failed = consortium.Vote(consortium.Members[0], proposal, inFavour: true);
        Assert.Contains("No active member", failed.Failure!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_member_has_one_certificate_on_a_curve_that_members_sign_with()
    {
        using var one = new TestMember("one");
        using var other = new TestMember("other");
        Assert.Contains(
            "one certificate", Refused(Propose(Action("set_member", new { cert = one.Pem + "\n" + other.Pem }))).Message,
            StringComparison.Ordinal);
        using var odd = new TestMember("odd", ECCurve.CreateFromValue("1.3.132.0.10"));
        Assert.Contains("P-256", Decide(Action("set_member", new { cert = odd.Pem })).Failure!.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"actions":[{"name":"trigger_snapshot","arg":{}}]}""", "arg is unknown")]
    [InlineData("""{"actions":[{"name":"trigger_snapshot","args":{}}],"comment":"x"}""", "comment is unknown")]
    [InlineData("""{"actions":[{"name":"set_service_configuration","args":{"recent_cose_proposals_window_size":0}}]}""", "from 1 to")]
    [InlineData("""{"actions":[{"name":"trigger_snapshot","args":{"\ud800":1}}]}""", "no JSON in UTF-8")]
    [InlineData("""{"actions":[],"actions":[{"name":"trigger_snapshot"}]}""", "a name twice")]
    public void Nothing_passes_unread(string proposal, string why) =>
        Assert.Contains(why, Refused(Propose(proposal)).Message, StringComparison.Ordinal);

    private Decision Propose(string proposal) => _consortium.Deliberate().Propose(
        _consortium.Sign(_consortium.Members[0], RequestType.Proposal, proposal), DateTimeOffset.FromUnixTimeSeconds(1_900_000_000));

    private Proposal Decide(string text) =>
        _consortium.Vote(_consortium.Members[0], _consortium.Propose(_consortium.Members[0], text), inFavour: true);
}
