using System.Net;
using System.Security.Cryptography.X509Certificates;
using Stele.Cli.Bench.Load;

namespace Stele.Cli.Tests;

/// <summary>What the benchmark counts.</summary>
public sealed class LoadPoolTests
{
    [Fact]
    public async Task However_short_a_round_is_the_first_answer_on_each_connection_counts()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var server = new StubNode(_ => "answer");
        using var anchor = X509CertificateLoader.LoadCertificate(server.Certificate);
        var target = new LoadTarget(IPEndPoint.Parse(new Uri(server.Url).Authority), anchor, Client: null);
        await using var pool = await LoadPool.OpenAsync(target, 1, _ => new SameRequest(HttpText.Get("/")), cancel);
        var figures = await pool.RunAsync(TimeSpan.Zero, cancel);
        Assert.True(figures.PerSecond > 0 && figures.P50 > 0, figures.ToString());
        Assert.Equal(0, figures.Failures);
    }
}
