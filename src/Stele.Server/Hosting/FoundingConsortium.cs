using Stele.Governance.Members;
using Stele.Governance.Recovery;

namespace Stele.Server.Hosting;

/// <summary>The members that a ledger is founded with, where its operator names them.</summary>
/// <param name="Members">The members. Each is active once the member has acknowledged the ledger's state.</param>
/// <param name="RecoveryThreshold">How many of those with an encryption key can bring the ledger back together.</param>
public sealed record FoundingConsortium(IReadOnlyList<Member> Members, int RecoveryThreshold)
{
    /// <summary>Makes a consortium.</summary>
    /// <param name="members">The members.</param>
    /// <param name="recoveryThreshold">The threshold; null for a majority of the members with an encryption key.</param>
    /// <exception cref="FormatException">No ledger could be founded with it; the message says why.</exception>
    public static FoundingConsortium Of(IReadOnlyList<Member> members, int? recoveryThreshold)
    {
        if (members.DistinctBy(member => member.Id).Count() != members.Count) throw new FormatException("A member is named twice.");
        MemberEncryptionKey.CheckAll(members);
        var holders = members.Count(member => member.EncryptionKey is not null);
        var threshold = recoveryThreshold ?? (holders / 2) + 1;
        if (threshold < 1 || (recoveryThreshold is not null && threshold > holders))
            throw new FormatException($"A recovery threshold of {threshold} is none for {holders} members with an encryption key.");
        return new FoundingConsortium(
            [.. members.Select(member => member with { Status = MemberStatus.Accepted })], threshold);
    }
}
