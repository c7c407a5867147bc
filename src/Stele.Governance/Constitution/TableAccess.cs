using System.Text.Json;
using Stele.Ledger.Entries;
using Stele.Scripting;

namespace Stele.Governance.Constitution;

/// <summary>The tables as a constitution sees them: <c>ccf.kv</c>.</summary>
/// <param name="state">The tables.</param>
/// <param name="mayWrite">Whether it may change them; that is so while it applies what was accepted.</param>
internal sealed class TableAccess(GovernanceState state, bool mayWrite)
{
    private const int WritesMax = 10_000;
    private const int ValueBytesMax = 1 << 20;
    private static readonly TableName[] NeverWritten = [GovernanceTables.CoseHistory, GovernanceTables.RecentProposals];

    /// <summary>Answers one of the operations <c>kv.…</c>.</summary>
    public HostAnswer Answer(string operation, JsonElement arguments, byte[]? key, byte[]? value)
    {
        var table = new TableName(arguments[0].GetString()!);
        if (!table.IsPublic) throw new ScriptHostException($"The table {table} is private: governance does not see it.");
        if (table != TableNames.Signatures && !DecisionTables.MayBeRead(table))
            throw new ScriptHostException($"The table {table} is none of governance's: no decision may rest on what others write.");
        return operation switch
        {
            "kv.keys" => Keys(table),
            "kv.has" => HostAnswer.Of(TryGet(table, Needed(key), out _)),
            "kv.get" => TryGet(table, Needed(key), out var found) ? HostAnswer.Of(found.ToArray()) : HostAnswer.Nothing,
            "kv.set" => Set(table, Needed(key), Needed(value)),
            "kv.delete" => Delete(table, Needed(key)),
            _ => throw new ScriptHostException($"There is no {operation}."),
        };
    }

    private bool TryGet(TableName table, byte[] key, out ReadOnlyMemory<byte> value)
    {
        if (table != TableNames.Signatures) return state.Tables.TryGet(table, key, out value);
        // Signatures are only in the ledger's files. What a constitution needs of the newest is its root.
        var root = state.Root;
        value = Json.Write(json =>
        {
            json.WriteStartObject();
            json.WriteString("root", root.ToHex());
            json.WriteEndObject();
        });
        return true;
    }

    private HostAnswer Keys(TableName table) =>
        HostAnswer.OfJson(JsonSerializer.Serialize(state.Tables.Rows(table).Select(row => Convert.ToBase64String(row.Key.Span))));

    private HostAnswer Set(TableName table, byte[] key, byte[] value)
    {
        RefuseWrite(table);
        if (value.Length > ValueBytesMax || key.Length > ValueBytesMax) throw new ScriptHostException("The value is too long.");
        state.Put(table, key, value);
        return HostAnswer.Nothing;
    }

    private HostAnswer Delete(TableName table, byte[] key)
    {
        RefuseWrite(table);
        var isThere = state.Tables.TryGet(table, key, out _);
        state.Remove(table, key);
        return HostAnswer.Of(isThere);
    }

    private void RefuseWrite(TableName table)
    {
        if (!mayWrite) throw new ScriptHostException($"The table {table} cannot be written now: only apply changes tables.");
        var isGovernance = table.Value.StartsWith(GovernanceTables.Prefix, StringComparison.Ordinal) && !NeverWritten.Contains(table);
        if (!isGovernance && table != TableNames.UserRoles)
            throw new ScriptHostException($"The table {table} is none that governance writes.");
        if (state.WriteCount >= WritesMax) throw new ScriptHostException($"A proposal changes at most {WritesMax} rows.");
    }

    private static byte[] Needed(byte[]? buffer) => buffer ?? throw new ScriptHostException("Argument must be an ArrayBuffer");
}
