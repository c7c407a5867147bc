using System.Text.Json;
using Stele.Etcd.Wire;

namespace Stele.Etcd.Calls;

/// <summary>An error in etcd's words, and what follows from it.</summary>
/// <param name="Code">The gRPC status code.</param>
/// <param name="Message">The text; of etcd's <c>rpctypes/error.go</c> where etcd itself says it.</param>
internal readonly record struct ErrorAnswer(GrpcCode Code, string Message)
{
    /// <summary>
    /// Said by a member before it looks at a request: it knows of no leader, which every request of ours demands; it has
    /// not learnt yet what the cluster can do; it has no vote yet; it holds no leases because it does not lead.
    /// </summary>
    private static readonly string[] NotLookedAt =
    [
        "etcdserver: no leader",
        "etcdserver: not capable",
        "etcdserver: rpc not supported for learner",
        "etcdserver: not leader",
    ];

    /// <summary>The error of an HTTP answer, or of a message of a stream, which has it one object deeper.</summary>
    /// <exception cref="FormatException">These are not etcd's words.</exception>
    public static ErrorAnswer Read(JsonElement json)
    {
        // Version 1 of the gateway also gives the text under `error` in an answer that is no stream's.
        var error = json.HasObject(Fields.Error) ? json.Part(Fields.Error) : json;
        var code = error.Has(Fields.StreamCode) ? error.Int32(Fields.StreamCode) : error.Int32(Fields.Code);
        var message = error.Text(Fields.Message);
        return code is > 0 and <= 16 && message.Length > 0
            ? new((GrpcCode)code, message)
            : throw new FormatException("The answer is no error of etcd's.");
    }

    /// <summary>What the request that was answered so came to.</summary>
    public Attempt<T> ToAttempt<T>() => Code switch
    {
        _ when NotLookedAt.Contains(Message) => new Attempt<T>.Failed(Fate.NotTaken, Message, null),
        // etcd wants to know who asks: said with one code or another, and always before anything is done.
        _ when Says("user name is empty") => new Attempt<T>.Refused(new EtcdException(EtcdError.Unauthenticated, Message)),
        // The words of a member that gave up waiting: for the leader, for the disk, for the others. What it waited for
        // may come about yet. So may what ended in a failure inside.
        GrpcCode.Canceled or GrpcCode.Unknown or GrpcCode.DeadlineExceeded or GrpcCode.Aborted or GrpcCode.Internal
            or GrpcCode.Unavailable or GrpcCode.DataLoss => new Attempt<T>.Failed(Fate.Open, Message, null),
        _ => new Attempt<T>.Refused(new EtcdException(Kind(), Message)),
    };

    private EtcdError Kind() => Code switch
    {
        GrpcCode.InvalidArgument when Says("request is too large") => EtcdError.RequestTooLarge,
        GrpcCode.InvalidArgument => EtcdError.InvalidRequest,
        GrpcCode.ResourceExhausted when Says("database space exceeded") => EtcdError.NoSpace,
        GrpcCode.ResourceExhausted when Says("too many requests") => EtcdError.TooManyRequests,
        // gRPC's own limit, 512 KiB above etcd's.
        GrpcCode.ResourceExhausted when Says("larger than max") => EtcdError.RequestTooLarge,
        GrpcCode.OutOfRange when Says("has been compacted") => EtcdError.Compacted,
        GrpcCode.OutOfRange when Says("future revision") => EtcdError.FutureRevision,
        GrpcCode.NotFound when Says("lease not found") => EtcdError.LeaseNotFound,
        GrpcCode.Unauthenticated => EtcdError.Unauthenticated,
        GrpcCode.PermissionDenied => EtcdError.PermissionDenied,
        _ => EtcdError.Other,
    };

    private bool Says(string words) => Message.Contains(words, StringComparison.Ordinal);
}

/// <summary>The status codes of gRPC.</summary>
internal enum GrpcCode
{
    Canceled = 1,
    Unknown = 2,
    InvalidArgument = 3,
    DeadlineExceeded = 4,
    NotFound = 5,
    AlreadyExists = 6,
    PermissionDenied = 7,
    ResourceExhausted = 8,
    FailedPrecondition = 9,
    Aborted = 10,
    OutOfRange = 11,
    Unimplemented = 12,
    Internal = 13,
    Unavailable = 14,
    DataLoss = 15,
    Unauthenticated = 16,
}
