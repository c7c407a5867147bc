using System.Text.Json;

namespace Stele.Etcd.Wire;

/// <summary>Reads the answers to requests for leases.</summary>
internal static class LeaseAnswers
{
    public static Lease Granted(JsonElement json)
    {
        _ = json.Part(Fields.Header);
        var (id, seconds) = (json.Int64(Fields.Id), json.Int64(Fields.TimeToLive));
        return id != 0 && seconds > 0
            ? new(new(id), TimeSpan.FromSeconds(seconds))
            : throw new FormatException("A lease was granted without id or time.");
    }

    /// <summary>A renewal comes as a message of a stream; that of a lease that is gone has no time to live.</summary>
    public static LeaseLife Renewed(JsonElement json, LeaseId asked)
    {
        var seconds = Seconds(json.Part(Fields.Result), asked);
        return seconds > 0 ? new LeaseLife.Alive(TimeSpan.FromSeconds(seconds)) : new LeaseLife.Gone();
    }

    /// <summary>A lease in its last second has 0 to live; one that is gone has less.</summary>
    public static LeaseLife Life(JsonElement json, LeaseId asked)
    {
        var seconds = Seconds(json, asked);
        return seconds >= 0 ? new LeaseLife.Alive(TimeSpan.FromSeconds(seconds)) : new LeaseLife.Gone();
    }

    private static long Seconds(JsonElement json, LeaseId asked)
    {
        _ = json.Part(Fields.Header);
        return json.Int64(Fields.Id) == asked.Value
            ? json.Int64(Fields.TimeToLive)
            : throw new FormatException("The answer is about another lease.");
    }
}
