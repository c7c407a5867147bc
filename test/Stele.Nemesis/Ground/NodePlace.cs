namespace Stele.Nemesis.Ground;

/// <summary>Where a node runs, how it is reached, and how it reaches etcd.</summary>
internal sealed record NodePlace
{
    /// <summary>What starts a program there; nothing where the nemesis itself runs.</summary>
    public IReadOnlyList<string> Enter { get; init; } = [];

    /// <summary>The address that it listens on.</summary>
    public required string Listen { get; init; }

    /// <summary>The port that it listens on.</summary>
    public required int Port { get; init; }

    /// <summary>The port of its identity service.</summary>
    public required int IdentityPort { get; init; }

    /// <summary>Where the load reaches it, as long as nothing is wrong with the way.</summary>
    public required Uri ForClients { get; init; }

    /// <summary>Where the other nodes reach it, as long as nothing is wrong with the way.</summary>
    public required Uri ForPeers { get; init; }

    /// <summary>Where it reaches etcd's members.</summary>
    public required IReadOnlyList<Uri> Etcd { get; init; }

    /// <summary>The options by which etcd trusts it.</summary>
    public IReadOnlyList<string> EtcdOptions { get; init; } = [];

    /// <summary>Where the nemesis itself asks it how it is.</summary>
    public Uri Itself => new($"https://{Listen}:{Port}");
}
