namespace Stele.Etcd;

/// <summary>A member of the cluster.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name; empty until it has started once.</param>
/// <param name="PeerAddresses">Where other members reach it.</param>
/// <param name="ClientAddresses">Where it says that clients reach it.</param>
/// <param name="IsLearner">Whether it has no vote yet.</param>
public sealed record Member(
    ulong Id, string Name, IReadOnlyList<string> PeerAddresses, IReadOnlyList<string> ClientAddresses, bool IsLearner);

/// <summary>How one member is.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Version">Its version, such as <c>3.5.16</c>.</param>
/// <param name="DatabaseBytes">The size of its database file: what its quota counts.</param>
/// <param name="DatabaseBytesInUse">How much of it is in use: what defragmentation would leave.</param>
/// <param name="Leader">The member that it takes for the leader; 0 where it knows of none.</param>
/// <param name="RaftTerm">The Raft term it is in.</param>
/// <param name="Errors">What it says is wrong, alarms among it.</param>
public sealed record MemberStatus(
    ulong Id,
    string Version,
    long DatabaseBytes,
    long DatabaseBytesInUse,
    ulong Leader,
    ulong RaftTerm,
    IReadOnlyList<string> Errors)
{
    /// <summary>Whether the alarm stands that some member's database has reached its quota.</summary>
    public bool HasNoSpace => Errors.Any(error => error.Contains("NOSPACE", StringComparison.Ordinal));
}
