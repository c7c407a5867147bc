namespace Stele.Etcd;

/// <summary>Why etcd refused a request.</summary>
public enum EtcdError
{
    /// <summary>Another reason: the message says which.</summary>
    Other,

    /// <summary>The request is malformed, or names a key twice, or has too many operations.</summary>
    InvalidRequest,

    /// <summary>The request is larger than the cluster takes (<c>--max-request-bytes</c>, 1.5 MiB by default).</summary>
    RequestTooLarge,

    /// <summary>The answer is larger than <see cref="EtcdOptions.AnswerBytesMax"/>.</summary>
    AnswerTooLarge,

    /// <summary>
    /// The quota of a member's database is exceeded: only reads and deletions are taken. The one write that crosses the quota
    /// may be taken all the same: a member looks again when it has applied it.
    /// </summary>
    NoSpace,

    /// <summary>The revision asked for has been compacted.</summary>
    Compacted,

    /// <summary>The revision asked for has not come to be yet.</summary>
    FutureRevision,

    /// <summary>The lease has expired or was revoked, or never was.</summary>
    LeaseNotFound,

    /// <summary>The cluster has more under way than it applies; the same may be sent again later.</summary>
    TooManyRequests,

    /// <summary>The cluster asks for users (its authentication is on), and does not know who is asking.</summary>
    Unauthenticated,

    /// <summary>The one who asks may not do this.</summary>
    PermissionDenied,
}
