using Stele.Governance.Nodes;
using Stele.Replication;
using Stele.Replication.Network;
using Stele.Server.Application;
using Stele.Server.Home;

namespace Stele.Server.Network;

/// <summary>
/// Sees to it that the ledger has this node's certificate, which is renewed at a start: the primary writes it there itself,
/// any other node shows it to the primary.
/// </summary>
/// <remarks>Nothing waits for it: the key is the same, and it is the key that counts.</remarks>
internal sealed class OwnCertificate(LedgerNode node, LedgerHome home, NodeNetwork network, TimeProvider time)
{
    /// <summary>Where a node shows the certificate that its TLS session was opened with.</summary>
    public const string Path = "/node/certificate";

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(10);

    private readonly string _id = home.NodeKey.KeyId;
    private readonly string _certificate = LedgerBeginning.Pem(home.NodeCertificate);

    // One that the ledger does not trust, or not any more, has none there.
    private bool IsRecorded => NodeTable.Find(node.Tables, _id) is not { Status: NodeStatus.Trusted } itself
        || (itself.Address is not null && NodeTable.Certificate(node.Tables, _id) == _certificate);

    /// <summary>Tries until it is there.</summary>
    public async Task RecordAsync(CancellationToken stop)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        while (!stop.IsCancellationRequested && !IsRecorded)
        {
            await TryAsync(stop);
            await Task.Delay(Pause, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task TryAsync(CancellationToken stop)
    {
        using var soon = CancellationTokenSource.CreateLinkedTokenSource(stop);
        soon.CancelAfter(AnswerPatience);
        try
        {
            if (node.Role == NodeRole.Primary)
            {
                var record = new SetNodeCertificate(_id, _certificate, network.Options.Address);
                await node.SubmitAsync(record, untilCommitted: true).WaitAsync(soon.Token);
            }
            else if (node.Primary is { } primary && primary.NodeId != _id)
                (await network.Nodes.PostAsync(new Uri(primary.Address, Path), content: null, soon.Token)).Dispose();
        }
        catch (Exception failure) when (failure is LedgerUnavailableException or OutcomeUnknownException or HttpRequestException
            or OperationCanceledException)
        {
            // Another try in its turn.
        }
    }
}
