using System.Text;
using System.Text.Json;
using Stele.Governance.Nodes;
using Stele.Governance.Proposals;
using Stele.Governance.Requests;
using Stele.Governance.Users;
using Stele.Ledger.Entries;
using static Stele.Governance.Tests.TestConsortium;

namespace Stele.Governance.Tests;

/// <summary>Actions of the default constitution that must not pass and do nothing.</summary>
public sealed class DefaultActionTests
{
    private const string From = "2026-11-21T12:00:00Z";
    private static readonly string Founder = new('0', 64);
    private static readonly string Joined = new('a', 64);
    private static readonly string Fingerprint = string.Join(':', Enumerable.Repeat("AB", 32));
    private readonly TestConsortium _consortium = new(members: 1);

    [Fact]
    public void A_node_s_certificate_is_renewed_by_its_request_or_the_proposal_fails()
    {
        Assert.Null(Do("set_node_certificate_validity", new { node_id = Founder, valid_from = From, validity_period_days = 7 }).Failure);
        Assert.Equal("endorsed founder's request for 7", NodeTable.Certificate(_consortium.Tables, Founder));
        // As the first node of a ledger of an earlier version.
        _consortium.Run(new RecordJoin(new NodeRecord(NodeStatus.Pending, NodeEvidence.Virtual(Joined), new("https://10.0.0.1:8443"))
        {
            EncryptionKey = _consortium.NodeKey.PublicKeyPem,
        }));
        _consortium.Run(new TrustNode(Joined, "before"));
        var one = Do("set_node_certificate_validity", new { node_id = Joined, valid_from = From });
        Assert.Contains("has given no certificate request", one.Failure!.Reason, StringComparison.Ordinal);
        var all = Do("set_all_nodes_certificate_validity", new { valid_from = From, validity_period_days = 8 });
        Assert.Contains(Joined, all.Failure!.Reason, StringComparison.Ordinal);
        Assert.Equal("endorsed founder's request for 7", NodeTable.Certificate(_consortium.Tables, Founder));
        // It gives its request when it starts, and keeps the rest of its row.
        _consortium.Run(new SetNodeCertificate(Joined, "before") { CertificateRequest = "request" });
        // What it says of a certificate that members have replaced meanwhile counts for nothing.
        Assert.False(_consortium.Run(new SetNodeCertificate(Joined, "late") { CertificateRequest = "other", Before = "older" }));
        Assert.Null(Do("set_all_nodes_certificate_validity", new { valid_from = From, validity_period_days = 9 }).Failure);
        Assert.Equal("endorsed founder's request for 9", NodeTable.Certificate(_consortium.Tables, Founder));
        Assert.Equal("endorsed request for 9", NodeTable.Certificate(_consortium.Tables, Joined));
        Assert.Equal(new Uri("https://10.0.0.1:8443"), NodeTable.Find(_consortium.Tables, Joined)!.Address);
    }

    [Fact]
    public void A_certificate_that_would_count_for_longer_than_members_allow_is_refused()
    {
        Refuses("set_node_certificate_validity", new { node_id = Founder, valid_from = From, validity_period_days = 366 }, "at most 365");
        Do("set_service_configuration", new { maximum_node_certificate_validity_days = 90 });
        var tooLong = Do("set_node_certificate_validity", new { node_id = Founder, valid_from = From, validity_period_days = 91 });
        Assert.Contains("at most 90 days", tooLong.Failure!.Reason, StringComparison.Ordinal);
        Assert.Equal("node", NodeTable.Certificate(_consortium.Tables, Founder));
        Do("set_node_certificate_validity", new { node_id = Founder, valid_from = From });
        Assert.Equal("endorsed founder's request for 90", NodeTable.Certificate(_consortium.Tables, Founder));
    }

    [Theory]
    [InlineData("Raeder")]
    [InlineData("")]
    [InlineData("toString")]
    public void A_role_must_exist_when_it_is_given(string role) =>
        Refuses("set_user_roles", new { user_id = "someone", roles = new[] { "Reader", role } }, "roles");

    [Theory]
    [InlineData(" ")]
    [InlineData("a\nb")]
    public void What_names_nobody_is_given_no_role(string id) =>
        Refuses("set_user_roles", new { user_id = id, roles = new[] { "Reader" } }, "user_id");

    [Fact]
    public void A_fingerprint_is_one_user_s_in_either_case()
    {
        Do("set_user_roles", new { user_id = Fingerprint.ToLowerInvariant(), roles = new[] { "reader", "Contributor" } });
        var user = UserTable.Find(_consortium.Tables, Id(Fingerprint))!;
        Assert.Equal(["Reader", "Contributor"], user.Roles.Select(role => role.Value));
        Do("remove_user_roles", new { user_id = Fingerprint.ToLowerInvariant() });
        Assert.Null(UserTable.Find(_consortium.Tables, Id(Fingerprint)));
        Assert.Contains("no such user", Do("remove_user_roles", new { user_id = "nobody" }).Failure!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_role_that_administrators_made_is_given_while_it_exists()
    {
        Assert.True(RoleName.TryParse("auditor", out var name));
        var by = UserTable.List(_consortium.Tables, after: null).Single().Id;
        _consortium.Run(new CreateRoles([new RoleDefinition(name, ["read"])], by));
        var given = _consortium.Propose(
            _consortium.Members[0], Action("set_user_roles", new { user_id = "someone", roles = new[] { "auditor" } }));
        var late = _consortium.Propose(
            _consortium.Members[0], Action("set_user_roles", new { user_id = "another", roles = new[] { "auditor" } }));
        Assert.Equal(ProposalState.Accepted, _consortium.Vote(_consortium.Members[0], given, inFavour: true).State);
        Assert.Equal("auditor", UserTable.Find(_consortium.Tables, Id("someone"))!.Foremost.Value);
        _consortium.Run(new DeleteRole(name, by));
        var failed = _consortium.Vote(_consortium.Members[0], late, inFavour: true);
        Assert.Contains("there is no role auditor", failed.Failure!.Reason, StringComparison.Ordinal);
    }

    // As a constitution of the members' own might.
    [Theory]
    [InlineData("ab:cd", "Raeder", "no role Raeder")]
    [InlineData("FINGERPRINT", "Reader", "is no user's id")]
    [InlineData("", "Reader", "is no user's id")]
    public void No_constitution_lists_users_that_are_none(string user, string role, string why)
    {
        var id = user == "FINGERPRINT" ? Fingerprint.ToLowerInvariant() : user;
        Do("set_constitution", new
        {
            constitution = $$"""
                export const validate = () => true;
                export const resolve = () => 'Accepted';
                export const apply = () => ccf.kv['public:confidentialledger.roles.user_roles_mapping'].set(
                    ccf.jsonCompatibleToBuf('{{id}}'), ccf.jsonCompatibleToBuf(['{{role}}']));
                """,
        });
        var failed = _consortium.Propose(_consortium.Members[0], "{}");
        Assert.Contains(why, failed.Failure!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Arguments_are_those_that_an_action_has()
    {
        Refuses("set_service_configuration", new Dictionary<string, int> { ["toString"] = 1 }, "toString is unknown");
        Refuses("set_service_configuration", new Dictionary<string, int> { ["__proto__"] = 1 }, "__proto__ is unknown");
        Refuses("remove_member", new { member_id = new[] { Joined } }, "must be an id");
        Do("set_service_configuration", new
        {
            maximum_node_certificate_validity_days = (int?)null,
            reconfiguration_type = "OneTransaction",
        });
        Assert.True(_consortium.Tables.TryGet(TableNames.ServiceConfig, TableNames.SingleKey, out var row));
        var config = JsonDocument.Parse(row).RootElement;
        Assert.Equal(JsonValueKind.Number, config.GetProperty("maximum_node_certificate_validity_days").ValueKind);
        Assert.Equal("OneTransaction", config.GetProperty("reconfiguration_type").GetString());
    }

    [Fact]
    public void A_bundle_that_is_not_there_or_is_used_is_not_removed()
    {
        Assert.Contains("no bundle x", Do("remove_ca_cert_bundle", new { name = "x" }).Failure!.Reason, StringComparison.Ordinal);
        Do("set_ca_cert_bundle", new { name = "x", cert_bundle = _consortium.Members[0].Pem });
        Do("set_jwt_issuer", new { issuer = "https://issuer.example", auto_refresh = true, ca_cert_bundle_name = "x" });
        Assert.Contains("issuer.example", Do("remove_ca_cert_bundle", new { name = "x" }).Failure!.Reason, StringComparison.Ordinal);
        Do("remove_jwt_issuer", new { issuer = "https://issuer.example" });
        Assert.Null(Do("remove_ca_cert_bundle", new { name = "x" }).Failure);
        Assert.False(_consortium.Tables.TryGet(GovernanceTables.CaCertBundles, Encoding.UTF8.GetBytes("x"), out _));
    }

    private Proposal Do(string action, object args)
    {
        var proposal = _consortium.Propose(_consortium.Members[0], Action(action, args));
        return _consortium.Vote(_consortium.Members[0], proposal, inFavour: true);
    }

    private void Refuses(string action, object args, string why)
    {
        var request = _consortium.Sign(_consortium.Members[0], RequestType.Proposal, Action(action, args));
        var refusal = Refused(_consortium.Deliberate().Propose(request));
        Assert.Equal(RefusalCode.ProposalFailedToValidate, refusal.Code);
        Assert.Contains(why, refusal.Message, StringComparison.Ordinal);
    }

    private static UserId Id(string text) => UserId.TryParse(text, out var id) ? id : throw new ArgumentException(text, nameof(text));
}
