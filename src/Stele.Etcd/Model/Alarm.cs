namespace Stele.Etcd;

/// <summary>An alarm that stands until it is disarmed.</summary>
/// <param name="MemberId">The member that raised it.</param>
/// <param name="Kind">What it says.</param>
public sealed record Alarm(ulong MemberId, AlarmKind Kind);

/// <summary>What an alarm says.</summary>
public enum AlarmKind
{
    /// <summary>The member's database has reached its quota.</summary>
    NoSpace,

    /// <summary>The member's data differ from the others'.</summary>
    Corrupt,
}
