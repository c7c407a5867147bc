using System.Text;
using Stele.Cryptography;
using Stele.Governance.Nodes;
using Stele.Replication;
using Stele.Replication.Network;
using Stele.Server.Application;
using Stele.Server.Home;

namespace Stele.Server.Network;

/// <summary>
/// Sees to it that this node shows the certificate that the ledger has for it. First, when the node starts, the other way round:
/// unless the ledger has one that is as good, it is told the one that the start has found or made, and the request that the next
/// one is made from; the primary writes them there itself, any other node shows them to the primary. From then on another one
/// that is committed there, as members voted, is kept and shown at once.
/// </summary>
/// <remarks>Nothing waits for it: the key is the same, and it is the key that counts.</remarks>
/// <param name="node">The ledger.</param>
/// <param name="home">Where the certificate is.</param>
/// <param name="network">The network; null where the node is alone.</param>
/// <param name="notices">Who is told.</param>
/// <param name="time">The clock.</param>
internal sealed class OwnCertificate(
    LedgerNode node, LedgerHome home, NodeNetwork? network, LedgerNotices notices, TimeProvider time)
{
    /// <summary>Where a node shows the certificate that its TLS session was opened with.</summary>
    public const string Path = "/node/certificate";

    /// <summary>The query's member that names the certificate which it replaces.</summary>
    public const string Before = "before";

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PauseMax = TimeSpan.FromHours(1);
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(10);

    private readonly string _id = home.NodeKey.KeyId;
    private readonly NodeCertificate _own = home.NodeCertificate;
    private readonly Lazy<string> _request = new(home.NodeCertificate.NewRequest);

    private (string? Pem, SeqNo At) _seen;
    private (string? Pem, DateTimeOffset Until) _left;

    private string? Recorded => NodeTable.Certificate(node.Tables, _id);

    private bool HasAll => node.Role == NodeRole.Primary || node.IsCaughtUp;

    /// <summary>What a certificate on the ledger is named by: the SHA-256 digest of its text in hexadecimal digits.</summary>
    /// <param name="pem">The certificate; null where there is none.</param>
    public static string NameOf(string? pem) => pem is null ? "none" : Digest.Of(Encoding.UTF8.GetBytes(pem)).ToHex();

    /// <summary>Does so until it is stopped.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        while (!stop.IsCancellationRequested && !await IsSettledAsync(stop))
            await Task.Delay(Pause, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (!stop.IsCancellationRequested)
        {
            var committed = node.Committed.SeqNo;
            Follow();
            await WhenCommittedBehindAsync(committed, stop);
        }
    }

    // One that the ledger does not trust, or not any more, has none there.
    private async Task<bool> IsSettledAsync(CancellationToken stop)
    {
        if (!HasAll) return false;
        if (NodeTable.Find(node.Tables, _id) is not { Status: NodeStatus.Trusted } itself) return true;
        var recorded = Recorded;
        switch (_own.Judge(recorded, time.GetUtcNow()))
        {
            case RecordedCertificate.Early:
            case RecordedCertificate.Shown when IsWhole(itself):
                return true;
            case RecordedCertificate.Fit { Lasts: true }:
                Follow();
                return false;
            default:
                await TryRecordAsync(recorded, stop);
                return false;
        }
    }

    private bool IsWhole(NodeRecord itself) =>
        (network is null || itself.Address is not null) && _own.IsRequestedBy(itself.CertificateRequest);

    private void Follow()
    {
        var now = time.GetUtcNow();
        if (Committed() is not { } pem || (pem == _left.Pem && now < _left.Until)) return;
        switch (_own.Judge(pem, now))
        {
            case RecordedCertificate.Fit:
                Take(pem);
                break;
            case RecordedCertificate.Early early:
                _left = (pem, early.From);
                break;
            case RecordedCertificate.Unfit unfit:
                notices.Tells($"The ledger has a certificate for this node that it does not show: {unfit.Why}.");
                _left = (pem, DateTimeOffset.MaxValue);
                break;
            default:
                _left = default;
                break;
        }
    }

    private void Take(string pem)
    {
        try
        {
            _own.Replace(pem);
            _left = default;
            notices.Renewed(CertificateLife.Of(_own.Shown).Until);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The next start takes it.
            notices.Tells($"The renewed certificate of this node cannot be kept, and is not shown: {failure.Message}");
            _left = (pem, DateTimeOffset.MaxValue);
        }
    }

    // What the ledger has, once that cannot be lost any more; null before.
    private string? Committed()
    {
        var committed = node.Committed.SeqNo;
        var pem = Recorded;
        // The position is read last: what the tables say is not behind it.
        if (pem != _seen.Pem) _seen = (pem, node.Position.SeqNo);
        return _seen.At <= committed ? pem : null;
    }

    private async Task WhenCommittedBehindAsync(SeqNo committed, CancellationToken stop)
    {
        using var soon = CancellationTokenSource.CreateLinkedTokenSource(stop);
        if (_left.Pem is not null) soon.CancelAfter(TimeSpan.FromSeconds(Math.Clamp(
            (_left.Until - time.GetUtcNow()).TotalSeconds, Pause.TotalSeconds, PauseMax.TotalSeconds)));
        await node.WhenCommittedAsync(committed.Next, soon.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    // In the place of what was judged: where members have voted meanwhile, it is judged again.
    private async Task TryRecordAsync(string? judged, CancellationToken stop)
    {
        using var soon = CancellationTokenSource.CreateLinkedTokenSource(stop);
        soon.CancelAfter(AnswerPatience);
        try
        {
            if (node.Role == NodeRole.Primary)
            {
                var record = new SetNodeCertificate(_id, _own.Pem, network?.Options.Address)
                {
                    CertificateRequest = _request.Value,
                    Before = judged,
                };
                await node.SubmitAsync(record, untilCommitted: true).WaitAsync(soon.Token);
            }
            else if (network is not null && node.Primary is { } primary && primary.NodeId != _id)
            {
                using var request = new StringContent(_request.Value, Encoding.ASCII, "application/pem-certificate-chain");
                var place = new Uri(primary.Address, $"{Path}?{Before}={NameOf(judged)}");
                (await network.Nodes.PostAsync(place, request, soon.Token)).Dispose();
            }
        }
        catch (Exception failure) when (failure is LedgerUnavailableException or OutcomeUnknownException or HttpRequestException
            or OperationCanceledException)
        {
            // Another try in its turn.
        }
    }
}
