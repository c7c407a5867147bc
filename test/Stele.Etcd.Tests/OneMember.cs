using System.Security.Cryptography;
using Stele.Tests.Etcd;

namespace Stele.Etcd.Tests;

/// <summary>A cluster of one member that tests share, each with keys of its own.</summary>
public sealed class OneMember : IAsyncLifetime
{
    private EtcdCluster? _cluster;
    private EtcdClient? _client;

    /// <summary>A client of it.</summary>
    public EtcdClient Client => _client!;

    /// <summary>Its address.</summary>
    public Uri Address => _cluster!.Members[0].Address;

    /// <summary>As these options, and with time enough for a member that serves on a slow machine.</summary>
    internal static EtcdOptions Patient(EtcdOptions options)
    {
        var patience = TimeSpan.FromMinutes(1);
        return options with { RequestTimeout = patience, AttemptTimeout = patience, ConnectTimeout = patience };
    }

    /// <summary>A key that no other test uses.</summary>
    public byte[] NewKey() => [(byte)'/', .. RandomNumberGenerator.GetBytes(12)];

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        _cluster = await EtcdCluster.StartAsync();
        _client = new EtcdClient(Patient(_cluster.ClientOptions()), TimeProvider.System);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        if (_cluster is not null)
            await _cluster.DisposeAsync();
    }
}
