using Stele.Replication.Network;

namespace Stele.Server.Application;

/// <summary>Who is told what happens to a ledger while it runs.</summary>
public sealed record LedgerNotices
{
    /// <summary>Is told how many entries the indexes lack, while they are made again and once that is done.</summary>
    public Action<long> IndexesLack { get; init; } = _ => { };

    /// <summary>Is told why the node can neither follow nor lead any more.</summary>
    public Action<string> Stops { get; init; } = _ => { };

    /// <summary>Is told what an operator should know, and the node goes on all the same.</summary>
    public Action<string> Tells { get; init; } = _ => { };

    /// <summary>Is told that the node shows a renewed certificate, and until when that counts.</summary>
    public Action<DateTimeOffset> Renewed { get; init; } = _ => { };

    /// <summary>Is told what keeps the node from its part in the network when that begins, and null when it is over.</summary>
    public Action<NetworkTrouble?> Troubled { get; init; } = _ => { };
}
