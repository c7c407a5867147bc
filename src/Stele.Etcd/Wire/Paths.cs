namespace Stele.Etcd.Wire;

/// <summary>The gateway's paths, each taking a POST.</summary>
internal static class Paths
{
    public const string Range = "/v3/kv/range";
    public const string Put = "/v3/kv/put";
    public const string Delete = "/v3/kv/deleterange";
    public const string Transact = "/v3/kv/txn";
    public const string Compact = "/v3/kv/compaction";
    public const string GrantLease = "/v3/lease/grant";
    public const string KeepAlive = "/v3/lease/keepalive";
    public const string RevokeLease = "/v3/lease/revoke";
    public const string TimeToLive = "/v3/lease/timetolive";
    public const string Watch = "/v3/watch";
    public const string Status = "/v3/maintenance/status";
    public const string Alarm = "/v3/maintenance/alarm";
    public const string Defragment = "/v3/maintenance/defragment";
    public const string Members = "/v3/cluster/member/list";
}
