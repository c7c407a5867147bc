namespace Stele.Etcd;

/// <summary>A lease as it was granted.</summary>
/// <param name="Id">Its id.</param>
/// <param name="TimeToLive">How long it lives unless renewed; etcd may grant more than was asked for.</param>
public sealed record Lease(LeaseId Id, TimeSpan TimeToLive);

/// <summary>What etcd knows of a lease: <see cref="Alive"/> or <see cref="Gone"/>.</summary>
public abstract record LeaseLife
{
    private LeaseLife()
    {
    }

    /// <summary>It lives.</summary>
    /// <param name="Remaining">For how much longer, in whole seconds, counted when etcd answered.</param>
    public sealed record Alive(TimeSpan Remaining) : LeaseLife;

    /// <summary>It expired or was revoked, its keys with it, or it never was.</summary>
    public sealed record Gone : LeaseLife;
}
