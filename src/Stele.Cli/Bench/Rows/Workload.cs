using Stele.Cli.Bench.Load;

namespace Stele.Cli.Bench.Rows;

/// <summary>A kind of request that the ledger is put under load with.</summary>
/// <param name="Kind">Its name, as <c>--only</c> takes it.</param>
/// <param name="Bytes">The size of the entries that it writes; none for those that only read.</param>
internal sealed record Workload(string Kind, int? Bytes = null)
{
    public const string Collection = "bench";

    /// <summary>The collection of a few entries among many.</summary>
    public const string FewCollection = "bench-few";

    /// <summary>The tag of a few entries in the collection of many.</summary>
    public const string FewTag = "few";

    /// <summary>How many sequence numbers a range spans.</summary>
    public const int RangeLength = 100;

    private const int PercentReads = 80;
    private const int MixedBytes = 64;
    private const string Version = "api-version=2026-07-31-preview";

    /// <summary>All kinds, in the order in which they run.</summary>
    public static IReadOnlyList<string> Kinds { get; } =
        ["entry", "receipt", "range", "few", "tag", "current", "mixed", "append", "commit"];

    /// <summary>What one connection says.</summary>
    /// <param name="prefix">What stands before the path: nothing for the ledger, the reply's size for the yardstick.</param>
    /// <param name="ids">The entries to ask for.</param>
    /// <param name="connection">The connection's number.</param>
    public IExchange Exchange(string prefix, IReadOnlyList<TransactionId> ids, int connection) => Kind switch
    {
        "append" => Append(prefix, Bytes!.Value, ""),
        "commit" => Append(prefix, Bytes!.Value, "&waitForCommit=true"),
        "entry" => ById(prefix, "", $"&collectionId={Collection}", ids, connection),
        "receipt" => ById(prefix, "/receipt", "", ids, connection),
        "range" => Range(prefix, ids, connection),
        "few" => new SameRequest(HttpText.Get($"{prefix}/app/transactions?{Version}&collectionId={FewCollection}")),
        "tag" => new SameRequest(HttpText.Get($"{prefix}/app/transactions?{Version}&collectionId={Collection}&tag={FewTag}")),
        "current" => new SameRequest(HttpText.Get($"{prefix}/app/transactions/current?{Version}&collectionId={Collection}")),
        "mixed" => new MixedRequest(
            new Workload("entry").Exchange(prefix, ids, connection), Append(prefix, MixedBytes, ""), PercentReads, connection),
        _ => throw new InvalidOperationException($"No such workload: {Kind}."),
    };

    /// <summary>A request that appends one entry.</summary>
    public static byte[] AppendRequest(string prefix, string collection, int bytes, string more = "") =>
        HttpText.Post($"{prefix}/app/transactions?{Version}&collectionId={collection}{more}", EntryText.Body(bytes));

    private static SameRequest Append(string prefix, int bytes, string more) => new(AppendRequest(prefix, Collection, bytes, more));

    private static DrawnIdRequest ById(
        string prefix, string what, string more, IReadOnlyList<TransactionId> ids, int connection) =>
        new(new IdTemplate($"{prefix}/app/transactions/{IdTemplate.Id}{what}?{Version}{more}"), ids, connection);

    private static DrawnIdRequest Range(string prefix, IReadOnlyList<TransactionId> ids, int connection)
    {
        var target = $"{prefix}/app/transactions?{Version}&collectionId={Collection}"
            + $"&fromTransactionId={IdTemplate.Id}&toTransactionId={IdTemplate.FurtherId}";
        return new DrawnIdRequest(new IdTemplate(target, RangeLength - 1), ids, connection);
    }
}
