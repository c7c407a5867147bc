namespace Stele.Etcd.Calls;

/// <summary>What sending a request to one member came to.</summary>
internal abstract record Attempt<T>
{
    private Attempt()
    {
    }

    /// <summary>It was done.</summary>
    public sealed record Answered(T Value) : Attempt<T>;

    /// <summary>etcd refused it: no other member would do otherwise.</summary>
    public sealed record Refused(EtcdException Error) : Attempt<T>;

    /// <summary>This member did not do it.</summary>
    /// <param name="Fate">What may have become of it.</param>
    /// <param name="Reason">Why.</param>
    /// <param name="Cause">The failure behind it; null where the member itself said so.</param>
    public sealed record Failed(Fate Fate, string Reason, Exception? Cause) : Attempt<T>;
}

/// <summary>What may have become of a request that was not answered.</summary>
internal enum Fate
{
    /// <summary>Nothing of it was sent.</summary>
    NotSent,

    /// <summary>The member said that it did not take it.</summary>
    NotTaken,

    /// <summary>It may be taken, now or later.</summary>
    Open,
}
