namespace Stele.Replication.Network;

/// <summary>The peers that are worth asking: one that gave what does not verify is left aside for a while.</summary>
internal sealed class PeersInTurn(NetworkOptions options, TimeProvider time)
{
    // Long enough for the others to be asked, and for a person to mend it.
    private static readonly TimeSpan Aside = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, long> _left = new(StringComparer.Ordinal);

    /// <summary>Those to be asked, one after the other.</summary>
    public IEnumerable<IPeer> Willing() => options.Peers.All().Where(peer =>
        !_left.TryGetValue(peer.Name, out var since) || time.GetElapsedTime(since) > Aside);

    /// <summary>Leaves one aside, and lets the operator know.</summary>
    public void Leave(IPeer peer, string reason)
    {
        _left[peer.Name] = time.GetTimestamp();
        options.Tells($"What node {peer.Name} gave does not verify, and others are asked: {reason}");
    }
}
