using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Stele.Server.Home;
using Stele.Server.Network;
using Stele.Server.Tests.Support;

namespace Stele.Server.Tests.Network;

/// <summary>Members renew the certificates of all nodes of a network, and no node stops for it.</summary>
public sealed class VotedCertificatesTests(NetworkFixture network) : IClassFixture<NetworkFixture>
{
    private const string NewName = "another.example.org";

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task A_vote_renews_those_of_all_three_nodes_and_a_new_name_lengthens_none()
    {
        await network.JoinAsync(2, network.AddressOf(2), trusts: true);
        var third = await network.StartAsync(2);
        await using (third)
        {
            var before = await network.AtPrimary.AppendAsync("before");
            var from = Now;
            await VoteAsync("set_all_nodes_certificate_validity", new { valid_from = Renewal.Text(from), validity_period_days = 30 });
            var shown = new List<byte[]>();
            foreach (var host in new[] { network.First, network.Second, third })
                shown.Add(await Renewal.ShownAsync(host, network.Service, Renewal.End(from, 30)));
            Assert.Equal(3, shown.Select(Convert.ToHexString).Distinct().Count());

            // What a backup is given, the primary takes from it on: they speak with one another.
            var after = await network.AtBackup.AppendAsync("after");
            await third.Ledger.WhenHereAsync(after.SeqNo, NetworkFixture.Cancel);
            var atThird = network.CallerAt(third, network.AdministratorCertificate);
            Assert.Contains(await Renewal.ProvenByAsync(atThird, after, network.Service), shown);
            Assert.DoesNotContain(await Renewal.ProvenByAsync(atThird, before, network.Service), shown);
        }

        // Its restart makes it one for the name that is new, and gives the request for the next.
        var old = network.Second.Ledger.NodeCertificate(network.Second.Ledger.NodeId)!;
        await network.RestartAsync(1, options => options with { HostNames = [NewName] });
        var id = network.Second.Ledger.NodeId;
        await Renewal.UntilAsync(() => network.First.Ledger.NodeCertificate(id) != old);
        using (var renewed = X509Certificate2.CreateFromPem(network.First.Ledger.NodeCertificate(id)))
        using (var replaced = X509Certificate2.CreateFromPem(old))
        {
            Assert.True(renewed.MatchesHostname(NewName));
            Assert.Equal(replaced.NotAfter, renewed.NotAfter);
        }
        var again = Now;
        await VoteAsync(
            "set_node_certificate_validity", new { node_id = id, valid_from = Renewal.Text(again), validity_period_days = 60 });
        using var last = X509CertificateLoader.LoadCertificate(
            await Renewal.ShownAsync(network.Second, network.Service, Renewal.End(again, 60)));
        Assert.True(last.MatchesHostname(NewName));
        await SayLateAsync(id, old);
    }

    // A node that starts shows what it has before it has seen the vote: the vote stays.
    private async Task SayLateAsync(string id, string old)
    {
        var primary = network.Primary;
        var voted = primary.Ledger.NodeCertificate(id)!;
        using var key = network.NodeKey(1);
        using var shown = X509Certificate2.CreateFromPem(old);
        using var certificate = LedgerHomeBuilder.ForTls(key, shown);
        using var late = new Caller(primary.LedgerUri, network.Service, certificate, SslProtocols.Tls13);
        async Task SayAsync(string before)
        {
            var said = await late.SendAsync("POST", $"{OwnCertificate.Path}?before={OwnCertificate.NameOf(before)}");
            Assert.Equal(HttpStatusCode.NoContent, said.Status);
        }
        await SayAsync(old);
        Assert.Equal(voted, primary.Ledger.NodeCertificate(id));
        await SayAsync(voted);
        Assert.Equal(old, primary.Ledger.NodeCertificate(id));
    }

    private async Task VoteAsync(string action, object args)
    {
        using var member = Governor.First(network.AtPrimary, network.DataOf(0));
        await member.DecideAsync(action, args);
    }
}
