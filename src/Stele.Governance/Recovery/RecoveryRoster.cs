using System.Text.Json;
using Stele.Governance.Members;
using Stele.Ledger.Entries;
using Stele.Ledger.Tables;

namespace Stele.Governance.Recovery;

/// <summary>
/// Who may bring the ledger back, as the tables have it: CCF's active members with an encryption key. Participants have a share
/// each, and a threshold of them is needed; an owner alone can do it.
/// </summary>
/// <param name="Participants">The participants, by the order of their ids.</param>
/// <param name="Owners">The owners, by the order of their ids.</param>
/// <param name="Threshold">How many participants are needed.</param>
internal sealed record RecoveryRoster(
    IReadOnlyList<RecoveryMember> Participants, IReadOnlyList<RecoveryMember> Owners, int Threshold)
{
    /// <summary>Whether shares can be issued: there are enough participants; or none, an owner, and a threshold of one.</summary>
    public bool IsEnough => Participants.Count == 0 ? Owners.Count > 0 && Threshold == 1 : Participants.Count >= Threshold;

    /// <summary>What is wrong where there are not enough.</summary>
    public string Lack =>
        $"{Participants.Count} active members could hold recovery shares, and {Owners.Count} own the whole key; "
        + $"the recovery threshold is {Threshold}.";

    /// <summary>Reads it.</summary>
    /// <exception cref="FormatException">The threshold is not at least 1.</exception>
    public static RecoveryRoster Of(LedgerTables tables)
    {
        var holders = from member in MemberTable.List(tables)
                      where member.Status == MemberStatus.Active && member.EncryptionKey is not null
                      select member;
        var byRole = holders.ToLookup(
            member => member.RecoveryRole ?? RecoveryRole.Participant, member => new RecoveryMember(member.Id, member.EncryptionKey!));
        return new RecoveryRoster([.. byRole[RecoveryRole.Participant]], [.. byRole[RecoveryRole.Owner]], ThresholdOf(tables));
    }

    /// <summary>Whether the same members hold the same shares by it.</summary>
    public bool IsSameAs(RecoveryRoster other) =>
        Threshold == other.Threshold && Participants.SequenceEqual(other.Participants) && Owners.SequenceEqual(other.Owners);

    private static int ThresholdOf(LedgerTables tables)
    {
        if (!tables.TryGet(TableNames.ServiceConfig, TableNames.SingleKey, out var row)) return 1;
        using var config = JsonDocument.Parse(row);
        var threshold = config.RootElement.TryGetProperty("recovery_threshold", out var number) ? number.GetInt32() : 1;
        return threshold >= 1 ? threshold : throw new FormatException($"A recovery threshold of {threshold} is none.");
    }
}
