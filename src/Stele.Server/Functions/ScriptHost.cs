using System.Text;
using System.Text.Json;
using Stele.Ledger.Entries;
using Stele.Scripting;

namespace Stele.Server.Functions;

/// <summary>What the scripts of users can ask: CCF's bindings, as far as applications have use for them.</summary>
/// <param name="transaction">The tables.</param>
/// <param name="body">The body of the request that they answer.</param>
/// <param name="mayWrite">Whether they may change tables.</param>
internal sealed class ScriptHost(ScriptTransaction transaction, ReadOnlyMemory<byte> body, bool mayWrite) : IScriptHost
{
    // What answering costs the ledger, in steps of the script (200 in a microsecond): each question; what goes in and comes out;
    // a listing, which is made of all rows; certificates, which are parsed.
    private const long QuestionSteps = 2_000;
    private const long BytesInStep = 4;
    private const long StepsInListedByte = 8;
    private const long StepsInCertificateByte = 32;

    private long _cost;

    /// <summary>The body that a script answers with; none where it has none.</summary>
    public byte[]? AnswerBody { get; private set; }

    /// <summary>Whether a script said that what it wrote is to be recorded; none where it said nothing.</summary>
    public bool? AppliesWrites { get; private set; }

    /// <inheritdoc/>
    public HostAnswer Answer(string operation, JsonElement arguments, byte[]? first, byte[]? second)
    {
        var asked = arguments.GetRawText().Length;
        _cost += QuestionSteps + ((asked + (first?.Length ?? 0L) + (second?.Length ?? 0L)) / BytesInStep);
        if (operation is "pemToId" or "isValidX509CertBundle") _cost += asked * StepsInCertificateByte;
        try
        {
            var answer = Find(operation, arguments, first, second);
            _cost += ((answer.Bytes?.Length ?? 0L) + (answer.Json?.Length ?? 0L)) / BytesInStep;
            if (operation == "kv.keys") _cost += (answer.Json?.Length ?? 0L) * StepsInListedByte;
            return answer;
        }
        catch (Exception fault) when (fault is InvalidOperationException or IndexOutOfRangeException or ArgumentException)
        {
            // A script can spoil what the prelude makes its questions of.
            throw new ScriptHostException("The arguments are not as they must be.");
        }
    }

    /// <inheritdoc/>
    public long TakeCost()
    {
        var cost = _cost + transaction.TakeCost();
        _cost = 0;
        return cost;
    }

    private HostAnswer Find(string operation, JsonElement arguments, byte[]? first, byte[]? second)
    {
        if (operation.StartsWith("kv.", StringComparison.Ordinal)) return AnswerTable(operation, arguments, first, second);
        if (PlainBindings.TryAnswer(operation, arguments, first, out var answer)) return answer;
        return operation switch
        {
            "request.body" => HostAnswer.Of(body.ToArray()),
            "response.body" => TakeBody(first ?? Encoding.UTF8.GetBytes(arguments[0].GetString() ?? "")),
            "rpc.setApplyWrites" => Apply(arguments[0].GetBoolean()),
            _ => throw new ScriptHostException($"{operation} is not provided to user-defined functions and endpoints."),
        };
    }

    private HostAnswer TakeBody(byte[] answer)
    {
        AnswerBody = answer;
        return HostAnswer.Nothing;
    }

    private HostAnswer Apply(bool applies)
    {
        AppliesWrites = applies;
        return HostAnswer.Nothing;
    }

    private HostAnswer AnswerTable(string operation, JsonElement arguments, byte[]? key, byte[]? value)
    {
        var table = new TableName(arguments[0].GetString() ?? "");
        var use = FunctionTables.UseOf(table, transaction.Start.Logs.Logs);
        return (use, operation) switch
        {
            (TableUse.None, _) => throw new ScriptHostException($"The table {table} is the ledger's own, or its name is none."),
            (TableUse.Entries, "kv.get") => Of(CollectionOf(table, Needed(key)) is { } read ? transaction.Newest(read) : null),
            (TableUse.Entries, "kv.has") => HostAnswer.Of(
                CollectionOf(table, Needed(key)) is { } looked && transaction.HasNewest(looked)),
            (TableUse.Entries, "kv.keys") => throw new ScriptHostException($"The keys of {table} cannot be listed."),
            (_, "kv.get") => Of(transaction.Get(table, Needed(key))),
            (_, "kv.has") => HostAnswer.Of(transaction.Get(table, Needed(key)) is not null),
            (_, "kv.keys") => HostAnswer.OfJson(JsonSerializer.Serialize(
                transaction.Rows(table).Select(row => Convert.ToBase64String(row.Key.Span)))),
            (TableUse.ReadAndWrite, "kv.set") when mayWrite => Set(table, Needed(key), Needed(value)),
            (TableUse.ReadAndWrite, "kv.delete") when mayWrite => HostAnswer.Of(transaction.Remove(table, Needed(key))),
            _ => throw new ScriptHostException($"The table {table} cannot be written here."),
        };
    }

    private HostAnswer Set(TableName table, byte[] key, byte[] value)
    {
        transaction.Put(table, key, value);
        return HostAnswer.Nothing;
    }

    // The other kind of ledger has its entries elsewhere: here that table is empty.
    private CollectionId? CollectionOf(TableName table, byte[] key)
    {
        if (table != transaction.Start.Logs.Logs) return null;
        var name = Encoding.UTF8.GetString(key);
        return name.Length is > 0 and <= CollectionId.MaxLength ? new CollectionId(name) : null;
    }

    private static HostAnswer Of(byte[]? value) => value is null ? HostAnswer.Nothing : HostAnswer.Of(value);

    private static byte[] Needed(byte[]? buffer) => buffer ?? throw new ScriptHostException("Argument must be an ArrayBuffer");
}
