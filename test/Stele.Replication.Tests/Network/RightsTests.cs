using System.Net.Http.Json;
using System.Text.Json;
using Stele.Replication.Network;
using Stele.Tests.Etcd;

namespace Stele.Replication.Tests.Network;

/// <summary>An etcd whose authentication is switched on, and off again.</summary>
public sealed class RightsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_node_that_etcd_lets_in_no_more_says_so_once_and_goes_on_when_it_does()
    {
        await using var etcd = await EtcdCluster.StartAsync();
        await using var network = new TestNetwork(etcd, nodes: 2) { Lease = TestNetwork.BriefLease };
        await network.FoundAsync();
        await network.AgreeAsync();
        using var http = new HttpClient { BaseAddress = etcd.Addresses[0] };
        await SendAsync(http, "auth/user/add", new { name = "root", password = "secret" });
        await SendAsync(http, "auth/role/add", new { name = "root" });
        await SendAsync(http, "auth/user/grant", new { user = "root", role = "root" });
        await SendAsync(http, "auth/enable", new { });
        var refused = await Record.ExceptionAsync(() => network.Nodes[0].Ledger!.SubmitAsync(new Put("key", "1"), untilCommitted: false));
        Assert.NotNull(refused);
        foreach (var node in network.Nodes)
        {
            var trouble = await node.WhenInAsync(TroubleKind.StoreRefuses);
            Assert.Contains("user name is empty", trouble!.Reason, StringComparison.Ordinal);
        }

        var root = await SendAsync(http, "auth/authenticate", new { name = "root", password = "secret" });
        var token = root.GetProperty("token").GetString();
        http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", token);
        await SendAsync(http, "auth/disable", new { });
        await network.PutAsync("key", "2");
        await network.AgreeAsync();
        foreach (var node in network.Nodes)
        {
            await node.WhenInAsync(null);
            Assert.Single(node.Troubles.OfType<NetworkTrouble>(), one => one.Kind == TroubleKind.StoreRefuses);
        }
    }

    private static async Task<JsonElement> SendAsync(HttpClient http, string path, object body)
    {
        using var answer = await http.PostAsJsonAsync($"/v3/{path}", body, Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement;
    }
}
