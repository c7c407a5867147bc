using System.Text.Json;

namespace Stele.Etcd.Wire;

/// <summary>
/// The names of etcd's fields, as its <c>rpc.proto</c> and <c>kv.proto</c> have them. They stand here alone: etcd drops a
/// field that it does not know without a word.
/// </summary>
internal static class Fields
{
    // Keys.
    public static readonly JsonEncodedText Key = Name("key");
    public static readonly JsonEncodedText Value = Name("value");
    public static readonly JsonEncodedText RangeEnd = Name("range_end");
    public static readonly JsonEncodedText Limit = Name("limit");
    public static readonly JsonEncodedText Revision = Name("revision");
    public static readonly JsonEncodedText KeysOnly = Name("keys_only");
    public static readonly JsonEncodedText SortOrder = Name("sort_order");
    public static readonly JsonEncodedText SortTarget = Name("sort_target");
    public static readonly JsonEncodedText CountOnly = Name("count_only");
    public static readonly JsonEncodedText Physical = Name("physical");
    public static readonly JsonEncodedText Header = Name("header");
    public static readonly JsonEncodedText Kvs = Name("kvs");
    public static readonly JsonEncodedText More = Name("more");
    public static readonly JsonEncodedText Count = Name("count");
    public static readonly JsonEncodedText Deleted = Name("deleted");
    public static readonly JsonEncodedText CreateRevision = Name("create_revision");
    public static readonly JsonEncodedText ModRevision = Name("mod_revision");
    public static readonly JsonEncodedText Version = Name("version");
    public static readonly JsonEncodedText Lease = Name("lease");

    // Transactions.
    public static readonly JsonEncodedText Compare = Name("compare");
    public static readonly JsonEncodedText Target = Name("target");
    public static readonly JsonEncodedText Result = Name("result");
    public static readonly JsonEncodedText Success = Name("success");
    public static readonly JsonEncodedText Failure = Name("failure");
    public static readonly JsonEncodedText RequestPut = Name("request_put");
    public static readonly JsonEncodedText RequestDelete = Name("request_delete_range");
    public static readonly JsonEncodedText RequestRange = Name("request_range");
    public static readonly JsonEncodedText Succeeded = Name("succeeded");
    public static readonly JsonEncodedText Responses = Name("responses");
    public static readonly JsonEncodedText ResponsePut = Name("response_put");
    public static readonly JsonEncodedText ResponseDelete = Name("response_delete_range");
    public static readonly JsonEncodedText ResponseRange = Name("response_range");

    // Leases.
    public static readonly JsonEncodedText Id = Name("ID");
    public static readonly JsonEncodedText TimeToLive = Name("TTL");

    // Watches.
    public static readonly JsonEncodedText CreateRequest = Name("create_request");
    public static readonly JsonEncodedText StartRevision = Name("start_revision");
    public static readonly JsonEncodedText ProgressNotify = Name("progress_notify");
    public static readonly JsonEncodedText Fragment = Name("fragment");
    public static readonly JsonEncodedText Created = Name("created");
    public static readonly JsonEncodedText Canceled = Name("canceled");
    public static readonly JsonEncodedText CancelReason = Name("cancel_reason");
    public static readonly JsonEncodedText CompactRevision = Name("compact_revision");
    public static readonly JsonEncodedText Events = Name("events");
    public static readonly JsonEncodedText Type = Name("type");
    public static readonly JsonEncodedText KeyValue = Name("kv");

    // Members and maintenance.
    public static readonly JsonEncodedText Linearizable = Name("linearizable");
    public static readonly JsonEncodedText Members = Name("members");
    public static readonly JsonEncodedText MemberName = Name("name");
    public static readonly JsonEncodedText PeerAddresses = Name("peerURLs");
    public static readonly JsonEncodedText ClientAddresses = Name("clientURLs");
    public static readonly JsonEncodedText IsLearner = Name("isLearner");
    public static readonly JsonEncodedText ClusterId = Name("cluster_id");
    public static readonly JsonEncodedText HeaderRaftTerm = Name("raft_term");
    public static readonly JsonEncodedText HeaderMemberId = Name("member_id");
    public static readonly JsonEncodedText DatabaseBytes = Name("dbSize");
    public static readonly JsonEncodedText DatabaseBytesInUse = Name("dbSizeInUse");
    public static readonly JsonEncodedText Leader = Name("leader");
    public static readonly JsonEncodedText RaftTerm = Name("raftTerm");
    public static readonly JsonEncodedText Errors = Name("errors");
    public static readonly JsonEncodedText Action = Name("action");
    public static readonly JsonEncodedText Alarms = Name("alarms");
    public static readonly JsonEncodedText AlarmKind = Name("alarm");
    public static readonly JsonEncodedText AlarmMemberId = Name("memberID");

    // Errors: version 1 of the gateway says `grpc_code` in streams, version 2 says `code` everywhere.
    public static readonly JsonEncodedText Error = Name("error");
    public static readonly JsonEncodedText Code = Name("code");
    public static readonly JsonEncodedText StreamCode = Name("grpc_code");
    public static readonly JsonEncodedText Message = Name("message");

    private static JsonEncodedText Name(string name) => JsonEncodedText.Encode(name);
}
