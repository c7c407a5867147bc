using System.Security.Cryptography.X509Certificates;
using Stele.Cryptography.Certificates;
using Stele.Cryptography.Keys;
using Stele.Server.Home;
using Stele.Server.Tests.Support;

namespace Stele.Server.Tests.Home;

/// <summary>What a start makes of the certificate that it finds, and a running node of one that the ledger has.</summary>
public sealed class NodeCertificateTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("stele-home-").FullName;

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void A_start_renews_it_in_the_last_twelfth_of_its_life_for_as_long_as_it_counted()
    {
        byte[] voted;
        using (var home = Open())
        {
            home.NodeCertificate.Replace(Endorse(home, Now, days: 48));
            voted = home.NodeCertificate.Shown.RawData;
        }
        using (var home = Open(days: 43)) Assert.Equal(voted, home.NodeCertificate.Shown.RawData);
        using (var home = Open(days: 45)) AssertDays(45 + 48, home);
        // Its last day has long passed.
        using (var home = Open(days: 1000)) AssertDays(1000 + 48, home);
    }

    [Fact]
    public void A_new_name_takes_a_new_one_that_counts_no_longer()
    {
        using (var home = Open()) home.NodeCertificate.Replace(Endorse(home, Now, days: 30));
        using var renamed = Open(days: 10, "ledger.example.org");
        Assert.True(renamed.NodeCertificate.Shown.MatchesHostname("ledger.example.org"));
        AssertDays(30, renamed);
    }

    [Fact]
    public void Only_one_of_the_service_for_this_node_its_names_and_this_time_is_fit()
    {
        using var home = Open();
        var own = home.NodeCertificate;
        Assert.IsType<RecordedCertificate.Shown>(own.Judge(own.Pem, Now));
        Assert.IsType<RecordedCertificate.Shown>(own.Judge("\n" + own.Pem, Now));
        Assert.Equal(new RecordedCertificate.Fit(Lasts: true), own.Judge(Endorse(home, Now, days: 1), Now));
        Assert.Equal(new RecordedCertificate.Fit(Lasts: false), own.Judge(Endorse(home, Now.AddDays(-29), days: 30), Now));
        Assert.IsType<RecordedCertificate.Early>(own.Judge(Endorse(home, Now.AddDays(1), days: 1), Now));
        AssertUnfit("it counted until", own.Judge(Endorse(home, Now.AddDays(-2), days: 1), Now));
        AssertUnfit("there is none", own.Judge(null, Now));
        AssertUnfit("PEM", own.Judge("certificate", Now));
        AssertUnfit("too long", own.Judge(own.Pem + new string('\n', 100_000), Now));
        using var other = SigningKey.Generate();
        AssertUnfit("another key", own.Judge(Endorse(home, Now, days: 1, of: other), Now));
        var selfSigned = CertificateAuthority.SelfSigned(home.NodeKey, "CCF Node", Now, TimeSpan.FromDays(1));
        AssertUnfit("not signed", own.Judge(Pem(selfSigned), Now));
        AssertUnfit("not for all of", own.Judge(Endorse(home, Now, days: 1, names: ["localhost"]), Now));
    }

    [Fact]
    public void A_request_is_for_the_nodes_key_and_all_of_its_names()
    {
        using var home = Open(0, "ledger.example.org", "10.0.0.1");
        var own = home.NodeCertificate;
        Assert.True(own.IsRequestedBy(own.NewRequest()));
        Assert.True(own.IsRequestedBy(RequestOf(home.NodeKey, own.HostNames.Select(name => name.ToUpperInvariant()).Append("more"))));
        Assert.False(own.IsRequestedBy(RequestOf(home.NodeKey, own.HostNames.Where(name => name != "10.0.0.1"))));
        Assert.False(own.IsRequestedBy(RequestOf(home.NodeKey, ["localhost"])));
        using var other = SigningKey.Generate();
        Assert.False(own.IsRequestedBy(RequestOf(other, own.HostNames)));
        Assert.False(own.IsRequestedBy("request"));
        Assert.False(own.IsRequestedBy(null));
    }

    [Fact]
    public void One_that_cannot_be_kept_is_not_shown()
    {
        using var home = Open();
        var before = home.NodeCertificate.Shown;
        var next = Endorse(home, Now, days: 1);
        File.Delete(Path.Combine(_directory, "node_cert.pem"));
        Directory.CreateDirectory(Path.Combine(_directory, "node_cert.pem", "in the way"));
        Assert.ThrowsAny<Exception>(() => home.NodeCertificate.Replace(next));
        Assert.Same(before, home.NodeCertificate.Shown);
    }

    private static string RequestOf(SigningKey key, IEnumerable<string> names) => NodeCertificateRequest.Create(key, [.. names]);

    private static void AssertUnfit(string why, RecordedCertificate judged) =>
        Assert.Contains(why, Assert.IsType<RecordedCertificate.Unfit>(judged).Why, StringComparison.Ordinal);

    private static void AssertDays(int days, LedgerHome home) => Assert.Equal(
        days, (home.NodeCertificate.Shown.NotAfter.ToUniversalTime() - Now.UtcDateTime).TotalDays, tolerance: 0.5);

    private static string Endorse(LedgerHome home, DateTimeOffset from, int days, SigningKey? of = null, string[]? names = null) => Pem(
        CertificateAuthority.Endorse(
            home.ServiceCertificate, home.ServiceKey, of ?? home.NodeKey, "CCF Node", names ?? home.NodeCertificate.HostNames, from,
            TimeSpan.FromDays(days)));

    private static string Pem(X509Certificate2 certificate)
    {
        using (certificate) return certificate.ExportCertificatePem() + "\n";
    }

    private LedgerHome Open(int days = 0, params string[] names)
    {
        var time = new ManualTime();
        time.Advance(TimeSpan.FromDays(days));
        return LedgerHome.OpenOrCreate(_directory, names, time);
    }
}
