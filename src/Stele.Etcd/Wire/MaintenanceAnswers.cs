using System.Text.Json;

namespace Stele.Etcd.Wire;

/// <summary>Reads the answers about members and their state.</summary>
internal static class MaintenanceAnswers
{
    private const string NoSpace = "NOSPACE";
    private const string Corrupt = "CORRUPT";

    public static MemberStatus Status(JsonElement json) => new(
        json.Part(Fields.Header).UInt64(Fields.HeaderMemberId),
        json.Text(Fields.Version),
        json.Int64(Fields.DatabaseBytes),
        json.Int64(Fields.DatabaseBytesInUse),
        json.UInt64(Fields.Leader),
        json.UInt64(Fields.RaftTerm),
        json.Texts(Fields.Errors));

    public static IReadOnlyList<Member> Members(JsonElement json) =>
        Answers.Done(json) ? json.List(Fields.Members, Member) : [];

    public static IReadOnlyList<Alarm> Alarms(JsonElement json) =>
        Answers.Done(json) ? json.List(Fields.Alarms, Alarm) : [];

    public static string Name(AlarmKind kind) => kind switch
    {
        AlarmKind.NoSpace => NoSpace,
        AlarmKind.Corrupt => Corrupt,
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private static Member Member(JsonElement json) => new(
        json.UInt64(Fields.Id),
        json.Text(Fields.MemberName),
        json.Texts(Fields.PeerAddresses),
        json.Texts(Fields.ClientAddresses),
        json.Flag(Fields.IsLearner));

    private static Alarm Alarm(JsonElement json) => new(json.UInt64(Fields.AlarmMemberId), json.Text(Fields.AlarmKind) switch
    {
        NoSpace => AlarmKind.NoSpace,
        Corrupt => AlarmKind.Corrupt,
        var other => throw new FormatException($"There is no alarm '{other}'."),
    });
}
