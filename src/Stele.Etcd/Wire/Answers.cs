using System.Text.Json;

namespace Stele.Etcd.Wire;

/// <summary>Reads the answers to requests for keys.</summary>
internal static class Answers
{
    public static long Revision(JsonElement json) => json.Part(Fields.Header).Int64(Fields.Revision);

    /// <summary>An answer that says nothing but that it was done.</summary>
    public static bool Done(JsonElement json) => json.Part(Fields.Header).ValueKind == JsonValueKind.Object;

    public static PutResult Put(JsonElement json) => new(Revision(json));

    public static DeleteResult Delete(JsonElement json) => new(Revision(json), json.Int64(Fields.Deleted));

    public static RangeResult Range(JsonElement json) =>
        new(Revision(json), json.List(Fields.Kvs, KeyValue), json.Flag(Fields.More), json.Int64(Fields.Count));

    public static KeyValue KeyValue(JsonElement json) => new(
        json.Bytes(Fields.Key),
        json.Bytes(Fields.Value),
        json.Int64(Fields.CreateRevision),
        json.Int64(Fields.ModRevision),
        json.Int64(Fields.Version),
        json.Int64(Fields.Lease) is not 0 and var lease ? new LeaseId(lease) : null);

    /// <summary>
    /// The answer to a transaction. Each operation must be answered, and by its own kind: were one dropped because etcd
    /// does not know its name, nothing else would tell.
    /// </summary>
    public static TransactionResult Transaction(JsonElement json, EtcdTransaction transaction)
    {
        var header = json.Part(Fields.Header);
        var revision = header.Int64(Fields.Revision);
        var succeeded = json.Flag(Fields.Succeeded);
        var operations = succeeded ? transaction.Then : transaction.Else;
        var responses = json.List(Fields.Responses, response => response);
        return responses.Count == operations.Count
            ? new(succeeded, revision, [.. operations.Zip(responses, (operation, response) => Result(operation, response, revision))])
            {
                ClusterId = header.UInt64(Fields.ClusterId),
                RaftTerm = header.UInt64(Fields.HeaderRaftTerm),
            }
            : throw new FormatException($"{responses.Count} answers to {operations.Count} operations.");
    }

    /// <summary>An operation's header has a revision of its own, that of the store while the transaction ran.</summary>
    private static OperationResult Result(EtcdOperation operation, JsonElement response, long revision) => operation switch
    {
        EtcdOperation.Put => Put(response.Part(Fields.ResponsePut)) with { Revision = revision },
        EtcdOperation.Delete => Delete(response.Part(Fields.ResponseDelete)) with { Revision = revision },
        _ => Range(response.Part(Fields.ResponseRange)) with { Revision = revision },
    };
}
