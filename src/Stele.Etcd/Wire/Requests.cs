using System.Text.Json;

namespace Stele.Etcd.Wire;

/// <summary>Writes the fields of requests for keys.</summary>
internal static class Requests
{
    public static void Range(Utf8JsonWriter json, RangeQuery query)
    {
        Keys(json, query.Keys);
        if (query.Limit != 0)
            json.WriteInt64(Fields.Limit, query.Limit);
        if (query.Revision != 0)
            json.WriteInt64(Fields.Revision, query.Revision);
        if (query.FromLast)
        {
            json.WriteString(Fields.SortOrder, "DESCEND");
            json.WriteString(Fields.SortTarget, "KEY");
        }
        if (query.KeysOnly)
            json.WriteBoolean(Fields.KeysOnly, true);
        if (query.CountOnly)
            json.WriteBoolean(Fields.CountOnly, true);
    }

    public static void Put(Utf8JsonWriter json, EtcdOperation.Put put)
    {
        json.WriteBytes(Fields.Key, put.Key);
        json.WriteBytes(Fields.Value, put.Value);
        if (put.Lease is { } lease)
            json.WriteInt64(Fields.Lease, lease.Value);
    }

    public static void Keys(Utf8JsonWriter json, KeyRange keys)
    {
        json.WriteBytes(Fields.Key, keys.Key);
        if (!keys.End.IsEmpty)
            json.WriteBytes(Fields.RangeEnd, keys.End);
    }

    public static void Watch(Utf8JsonWriter json, KeyRange keys, long fromRevision)
    {
        json.WriteStartObject(Fields.CreateRequest);
        Keys(json, keys);
        json.WriteInt64(Fields.StartRevision, fromRevision);
        json.WriteBoolean(Fields.ProgressNotify, true);
        // Without it, a watch that is far behind gets a thousand revisions in one message.
        json.WriteBoolean(Fields.Fragment, true);
        json.WriteEndObject();
    }

    public static void Transaction(Utf8JsonWriter json, EtcdTransaction transaction)
    {
        json.WriteStartArray(Fields.Compare);
        foreach (var compare in transaction.If)
            Compare(json, compare);
        json.WriteEndArray();
        Operations(json, Fields.Success, transaction.Then);
        Operations(json, Fields.Failure, transaction.Else);
    }

    private static void Compare(Utf8JsonWriter json, EtcdCompare compare)
    {
        json.WriteStartObject();
        json.WriteBytes(Fields.Key, compare.Key);
        json.WriteString(Fields.Result, compare is EtcdCompare.VersionIsAbove ? "GREATER" : "EQUAL");
        switch (compare)
        {
            case EtcdCompare.CreateRevisionIs(_, var revision):
                Number("CREATE", Fields.CreateRevision, revision);
                break;
            case EtcdCompare.ModRevisionIs(_, var revision):
                Number("MOD", Fields.ModRevision, revision);
                break;
            case EtcdCompare.VersionIs(_, var version):
                Number("VERSION", Fields.Version, version);
                break;
            case EtcdCompare.VersionIsAbove(_, var version):
                Number("VERSION", Fields.Version, version);
                break;
            case EtcdCompare.ValueIs(_, var value):
                json.WriteString(Fields.Target, "VALUE");
                json.WriteBytes(Fields.Value, value);
                break;
            default:
                throw new ArgumentException($"{compare.GetType()} is no comparison of etcd's.", nameof(compare));
        }
        json.WriteEndObject();

        void Number(string target, JsonEncodedText field, long value)
        {
            json.WriteString(Fields.Target, target);
            json.WriteInt64(field, value);
        }
    }

    private static void Operations(Utf8JsonWriter json, JsonEncodedText field, IReadOnlyList<EtcdOperation> operations)
    {
        json.WriteStartArray(field);
        foreach (var operation in operations)
            Operation(json, operation);
        json.WriteEndArray();
    }

    private static void Operation(Utf8JsonWriter json, EtcdOperation operation)
    {
        json.WriteStartObject();
        switch (operation)
        {
            case EtcdOperation.Put put:
                json.WriteStartObject(Fields.RequestPut);
                Put(json, put);
                break;
            case EtcdOperation.Delete delete:
                json.WriteStartObject(Fields.RequestDelete);
                Keys(json, delete.Keys);
                break;
            case EtcdOperation.Range range:
                json.WriteStartObject(Fields.RequestRange);
                Range(json, range.Query);
                break;
        }
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
