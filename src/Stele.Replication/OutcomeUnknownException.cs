namespace Stele.Replication;

/// <summary>
/// A write was handed to the disk, and the disk failed to say that it holds it. The write may or may not be there after
/// a restart, so no answer would be true: a server closes the connection without one.
/// </summary>
public sealed class OutcomeUnknownException(Exception cause)
    : Exception("The write's outcome cannot be known: the disk failed while it was made durable.", cause);
