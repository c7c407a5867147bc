using System.Text;
using System.Text.Json;
using Stele.Governance.Users;
using Stele.Ledger.Entries;
using Stele.Ledger.Tables;
using Stele.Ledger.Transactions;

namespace Stele.Server.Functions;

/// <summary>A user-defined function.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Code">A JavaScript module.</param>
internal sealed record UserFunction(FunctionId Id, string Code);

/// <summary>What became of a change of a user-defined function.</summary>
internal enum FunctionChange
{
    /// <summary>It is new.</summary>
    Created,

    /// <summary>It has other code now.</summary>
    Updated,

    /// <summary>It is gone.</summary>
    Deleted,

    /// <summary>There is none of this id.</summary>
    NoSuchFunction,

    /// <summary>There are as many as a ledger may have.</summary>
    TooMany,

    /// <summary>The ledger has user-defined endpoints instead.</summary>
    HasEndpoints,

    /// <summary>Whoever asks for it may not: a right was taken from them just now.</summary>
    BeyondCaller,
}

/// <summary>The user-defined functions.</summary>
internal static class FunctionStore
{
    /// <summary>How many functions a ledger has at most.</summary>
    public const int CountMax = 500;

    /// <summary>The function of an id; null where there is none.</summary>
    public static UserFunction? Find(LedgerTables tables, FunctionId id) =>
        tables.TryGet(FunctionTables.Functions, Key(id), out var code) ? new UserFunction(id, Encoding.UTF8.GetString(code.Span)) : null;

    /// <summary>All, by ordinal order of their ids.</summary>
    public static IEnumerable<UserFunction> List(LedgerTables tables)
    {
        foreach (var (key, code) in tables.Rows(FunctionTables.Functions))
            if (FunctionId.TryParse(Encoding.UTF8.GetString(key.Span), out var id))
                yield return new UserFunction(id, Encoding.UTF8.GetString(code.Span));
    }

    /// <summary>A function's key.</summary>
    public static byte[] Key(FunctionId id) => Encoding.UTF8.GetBytes(id.Value);
}

/// <summary>Creates a user-defined function, or gives it other code.</summary>
/// <param name="function">The function.</param>
/// <param name="by">Who asks for it. They may read: code can, and hands it to whoever runs it.</param>
internal sealed class SetFunction(UserFunction function, UserId by) : ICommand<FunctionChange>
{
    /// <inheritdoc/>
    public FunctionChange Execute(Transaction transaction)
    {
        var tables = transaction.State;
        if (!Rights.HaveAll(tables, by, Permission.WriteFunctions, Permission.Read)) return FunctionChange.BeyondCaller;
        if (tables.Rows(FunctionTables.Endpoints).Any()) return FunctionChange.HasEndpoints;
        var isThere = tables.TryGet(FunctionTables.Functions, FunctionStore.Key(function.Id), out _);
        if (!isThere && tables.Rows(FunctionTables.Functions).Count() >= FunctionStore.CountMax) return FunctionChange.TooMany;
        transaction.Put(FunctionTables.Functions, FunctionStore.Key(function.Id), Encoding.UTF8.GetBytes(function.Code));
        return isThere ? FunctionChange.Updated : FunctionChange.Created;
    }
}

/// <summary>Deletes a user-defined function.</summary>
/// <param name="id">Which.</param>
/// <param name="by">Who asks for it.</param>
internal sealed class DeleteFunction(FunctionId id, UserId by) : ICommand<FunctionChange>
{
    /// <inheritdoc/>
    public FunctionChange Execute(Transaction transaction)
    {
        if (!Rights.HaveAll(transaction.State, by, Permission.DeleteFunctions)) return FunctionChange.BeyondCaller;
        if (!transaction.State.TryGet(FunctionTables.Functions, FunctionStore.Key(id), out _)) return FunctionChange.NoSuchFunction;
        transaction.Remove(FunctionTables.Functions, FunctionStore.Key(id));
        return FunctionChange.Deleted;
    }
}

/// <summary>Changes what a run of a script may use.</summary>
/// <param name="changes">What a client says of some options; read before.</param>
/// <param name="by">Who asks for it.</param>
internal sealed class SetRuntimeOptions(JsonElement changes, UserId by) : ICommand<RuntimeOptions?>
{
    /// <summary>Changes them.</summary>
    /// <returns>What holds now; none where whoever asks may not.</returns>
    public RuntimeOptions? Execute(Transaction transaction)
    {
        if (!Rights.HaveAll(transaction.State, by, Permission.WriteEndpoints)) return null;
        var options = RuntimeOptions.Of(transaction.State).With(changes);
        transaction.Put(FunctionTables.RuntimeOptions, TableNames.SingleKey, options.ToRow());
        return options;
    }
}
