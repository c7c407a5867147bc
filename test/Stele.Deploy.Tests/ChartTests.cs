using System.Text.Json;

namespace Stele.Deploy.Tests;

/// <summary>The Helm chart, rendered with several values: what Kubernetes would take, and whether its parts fit together.</summary>
public sealed class ChartTests
{
    public static TheoryData<string> Cases => RenderedChart.Cases;

    [Theory, MemberData(nameof(Cases))]
    public async Task Kubernetes_takes_every_object(string values)
    {
        var chart = await RenderedChart.WithAsync(values);
        Assert.NotEmpty(chart.Objects);
        Assert.Empty(await chart.FindingsAsync());
    }

    [Fact]
    public async Task What_the_schemas_do_not_know_is_found()
    {
        var folder = Directory.CreateTempSubdirectory();
        var file = Path.Combine(folder.FullName, "wrong.yaml");
        await File.WriteAllTextAsync(
            file, "leaseSecond: 3\nresources:\n  limit:\n    memory: 1Gi\n", TestContext.Current.CancellationToken);
        var findings = await (await RenderedChart.RenderAsync("-f", file)).FindingsAsync();
        folder.Delete(recursive: true);
        Assert.Contains(findings, one => one.Contains("leaseSecond", StringComparison.Ordinal));
        Assert.Contains(findings, one => one.Contains("/resources/limit is unknown", StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Cases))]
    public async Task Nothing_is_there_twice(string values)
    {
        var names = (await RenderedChart.WithAsync(values)).Objects
            .Select(one => $"{one.Text("kind")} {one.At("metadata.name")}").ToList();
        Assert.Equal(names.Distinct(), names);
    }

    [Theory, MemberData(nameof(Cases))]
    public async Task Every_selector_finds_the_pods_of_one_kind(string values)
    {
        var chart = await RenderedChart.WithAsync(values);
        var pods = chart.OfKind("StatefulSet").ToList();
        foreach (var set in pods)
            Assert.Equal([set.At("metadata.name").GetString()], Selected(pods, set.Map("spec.selector.matchLabels")));
        foreach (var service in chart.OfKind("Service"))
            Assert.Single(Selected(pods, service.Map("spec.selector")));
        foreach (var budget in chart.OfKind("PodDisruptionBudget"))
            Assert.Equal([budget.At("metadata.name").GetString()], Selected(pods, budget.Map("spec.selector.matchLabels")));
        foreach (var policy in chart.OfKind("NetworkPolicy"))
            Assert.Equal([policy.At("metadata.name").GetString()], Selected(pods, policy.Map("spec.podSelector.matchLabels")));
        Assert.Equal(pods.Count, chart.OfKind("PodDisruptionBudget").Count());
    }

    [Theory, MemberData(nameof(Cases))]
    public async Task Ports_that_are_named_are_there(string values)
    {
        var chart = await RenderedChart.WithAsync(values);
        foreach (var set in chart.OfKind("StatefulSet"))
        {
            var container = Container(set);
            var ports = container.Each("ports").Select(port => port.Text("name")).ToHashSet();
            foreach (var probe in new[] { "startupProbe", "livenessProbe", "readinessProbe" })
                Assert.Contains(container.At($"{probe}.httpGet.port").GetString()!, ports);
            var labels = set.Map("spec.selector.matchLabels");
            var services = chart.OfKind("Service").Where(one => IsWithin(labels, one.Map("spec.selector"))).ToList();
            Assert.Contains(services, one => one.At("metadata.name").GetString() == set.At("spec.serviceName").GetString());
            foreach (var port in services.SelectMany(one => one.At("spec").Each("ports")))
                Assert.Contains(port.Text("targetPort"), ports);
        }
    }

    [Theory, InlineData(""), InlineData("external"), InlineData("lost")]
    public async Task The_network_lets_through_what_is_listened_on_and_no_more(string values)
    {
        var chart = await RenderedChart.WithAsync(values);
        foreach (var policy in chart.OfKind("NetworkPolicy"))
        {
            Assert.Equal(["Ingress", "Egress"], policy.At("spec").Each("policyTypes").Select(one => one.GetString()));
            var container = Container(chart.One("StatefulSet", policy.At("metadata.name").GetString()!));
            var ports = container.Each("ports").Select(port => port.Text("name")).ToHashSet();
            foreach (var rule in policy.At("spec").Each("ingress"))
            {
                Assert.NotEmpty(rule.Each("from"));
                Assert.All(rule.Each("ports"), port => Assert.Contains(port.Text("port"), ports));
            }
        }
        var ways = chart.One("NetworkPolicy", "books-stele").At("spec").Each("egress")
            .SelectMany(rule => rule.Each("ports")).Select(port => port.Text("port")).ToList();
        string[] etcd = values == "external" ? ["2379", "2379", "12379"] : ["2379"];
        Assert.Equal(["8443", .. etcd, "53", "53"], ways);
    }

    [Theory, MemberData(nameof(Cases))]
    public async Task Volumes_and_their_claims_are_there_for_every_mount(string values)
    {
        foreach (var set in (await RenderedChart.WithAsync(values)).OfKind("StatefulSet"))
        {
            var volumes = set.At("spec.template.spec").Each("volumes").Select(one => one.Text("name"))
                .Concat(set.At("spec").Each("volumeClaimTemplates").Select(one => one.At("metadata.name").GetString()!));
            var mounts = Container(set).Each("volumeMounts").Select(one => one.Text("name"));
            Assert.Equal(volumes.Order(), mounts.Order());
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public async Task Containers_are_confined(string values)
    {
        foreach (var set in (await RenderedChart.WithAsync(values)).OfKind("StatefulSet"))
        {
            var pod = set.At("spec.template.spec");
            Assert.True(pod.At("securityContext.runAsNonRoot").GetBoolean());
            Assert.False(pod.At("automountServiceAccountToken").GetBoolean());
            var security = Container(set).At("securityContext");
            Assert.True(security.At("readOnlyRootFilesystem").GetBoolean());
            Assert.False(security.At("allowPrivilegeEscalation").GetBoolean());
            Assert.Equal(["ALL"], security.At("capabilities").Each("drop").Select(one => one.GetString()));
        }
    }

    [Fact]
    public async Task Nodes_are_probed_where_the_server_answers()
    {
        var container = Container((await RenderedChart.WithAsync("")).One("StatefulSet", "books-stele"));
        var server = await File.ReadAllTextAsync(
            Path.Combine(Repository.Root, "src/Stele.Server/Health/HealthEndpoints.cs"), TestContext.Current.CancellationToken);
        foreach (var probe in new[] { "startupProbe", "livenessProbe", "readinessProbe" })
        {
            Assert.Contains($"\"{container.At($"{probe}.httpGet.path")}\"", server, StringComparison.Ordinal);
            Assert.Equal("HTTPS", container.At($"{probe}.httpGet.scheme").GetString());
        }
    }

    [Fact]
    public async Task A_node_has_time_to_stop()
    {
        var pod = (await RenderedChart.WithAsync("")).One("StatefulSet", "books-stele").At("spec.template.spec");
        var delay = int.Parse(
            pod.Each("containers").Single().At("lifecycle.preStop.exec").Each("command").Last().GetString()!, null);
        Assert.True(pod.At("terminationGracePeriodSeconds").GetInt32() > delay + 30);
    }

    [Fact]
    public async Task The_service_certificate_starts_no_pod_anew()
    {
        var without = await RenderedChart.WithAsync("");
        var anyFile = Path.Combine(RenderedChart.Folder, "Chart.yaml");
        var with = await RenderedChart.RenderAsync("--set-file", $"serviceCertificate={anyFile}");
        Assert.NotEqual(
            without.One("ConfigMap", "books-stele").At("data").Text("service_cert.pem"),
            with.One("ConfigMap", "books-stele").At("data").Text("service_cert.pem"));
        Assert.Equal(
            without.One("StatefulSet", "books-stele").At("spec").ToString(), with.One("StatefulSet", "books-stele").At("spec").ToString());
    }

    [Theory]
    [InlineData("etcd:\n  enabled: false\n", "where etcd is")]
    [InlineData("etcdBytesMax: 1073741824\n", "at least four times")]
    [InlineData("serviceMonitor:\n  enabled: true\n", "needs metrics.enabled")]
    public async Task Values_that_do_not_fit_are_refused(string values, string reason)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, values, TestContext.Current.CancellationToken);
        var refused = await RenderedChart.TryAsync("-f", file);
        File.Delete(file);
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains(reason, refused.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_value_is_described()
    {
        var readme = await File.ReadAllTextAsync(Path.Combine(RenderedChart.Folder, "README.md"), TestContext.Current.CancellationToken);
        var values = (await RenderedChart.WithAsync("")).Json.GetProperty("values");
        Assert.DoesNotContain(Paths(values, ""), path => !readme.Contains($"`{path}`", StringComparison.Ordinal));
    }

    // An empty object is a value itself; resources are Kubernetes' own.
    private static IEnumerable<string> Paths(JsonElement values, string before) => values.EnumerateObject().SelectMany(one =>
        one.Value.ValueKind == JsonValueKind.Object && one.Name != "resources" && one.Value.EnumerateObject().Any()
            ? Paths(one.Value, $"{before}{one.Name}.")
            : [before + one.Name]);

    private static JsonElement Container(JsonElement set) => set.At("spec.template.spec").Each("containers").Single();

    // A Service may name one pod of a set.
    private static bool IsWithin(Dictionary<string, string> labels, Dictionary<string, string> selector) =>
        selector.All(one => one.Key == "statefulset.kubernetes.io/pod-name" || labels.GetValueOrDefault(one.Key) == one.Value);

    private static IEnumerable<string?> Selected(IEnumerable<JsonElement> pods, Dictionary<string, string> selector) =>
        pods.Where(set => IsWithin(set.Map("spec.template.metadata.labels"), selector)).Select(set => set.At("metadata.name").GetString());
}
