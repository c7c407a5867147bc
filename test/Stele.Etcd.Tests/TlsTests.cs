using Stele.Tests.Etcd;

namespace Stele.Etcd.Tests;

/// <summary>Over TLS, both sides show who they are, or nothing is said.</summary>
public sealed class TlsTests
{
    private static readonly EtcdOperation.Put Put = new("key"u8.ToArray(), "value"u8.ToArray());

    [Fact]
    public async Task A_client_and_a_member_that_do_not_know_each_other_do_not_speak()
    {
        await using var cluster = await EtcdCluster.StartAsync(new() { Tls = true });
        var known = cluster.ClientOptions();
        using var other = new TemporaryCertificates();

        using (var client = new EtcdClient(OneMember.Patient(known), TimeProvider.System))
        {
            await client.PutAsync(Put, Cancel.Token);
            var read = await client.RangeAsync(new(KeyRange.One(Put.Key)), Cancel.Token);
            Assert.Equal(Put.Value.ToArray(), Assert.Single(read.KeyValues).Value.ToArray());
            await foreach (var update in client.WatchAsync(KeyRange.One(Put.Key), read.KeyValues[0].ModRevision, Cancel.Token))
            {
                Assert.IsType<WatchUpdate.Events>(update);
                break;
            }
        }

        await UnavailableAsync(known with { ClientCertificate = null });
        await UnavailableAsync(known with { ClientCertificate = other.Certificates.Client });
        await UnavailableAsync(known with { Authorities = [other.Certificates.Authority] });
        await UnavailableAsync(known with { Authorities = [] });
        await UnavailableAsync(known with { Endpoints = [new UriBuilder(known.Endpoints[0]) { Host = "localhost" }.Uri] });
    }

    private static async Task UnavailableAsync(EtcdOptions options)
    {
        // A read is tried until its time is up; only how long that takes is short.
        var impatient = options with { RequestTimeout = TimeSpan.FromMilliseconds(500) };
        using var client = new EtcdClient(impatient, TimeProvider.System);
        await Assert.ThrowsAsync<EtcdUnavailableException>(() => client.RangeAsync(new(KeyRange.One(Put.Key)), Cancel.Token));
        var write = await Assert.ThrowsAnyAsync<Exception>(() => client.DeleteRangeAsync(KeyRange.One(Put.Key), Cancel.Token));
        // TLS 1.3 tells a client that its certificate is refused only after it has sent.
        Assert.True(write is EtcdUnavailableException or EtcdOutcomeUnknownException, $"{write}");
    }

    private sealed class TemporaryCertificates : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("stele-etcd-");

        public TemporaryCertificates() => Certificates = new EtcdCertificates(_folder.FullName, "127.0.0.1");

        public EtcdCertificates Certificates { get; }

        public void Dispose()
        {
            Certificates.Dispose();
            _folder.Delete(recursive: true);
        }
    }
}
