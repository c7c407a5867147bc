using Stele.Cryptography;
using Stele.Governance.Constitution;
using Stele.Ledger.Entries;
using Stele.Ledger.Tables;

namespace Stele.Governance;

/// <summary>
/// The tables as they would be after what is being decided: what was read, with the writes so far on top. Nothing of it is on the
/// ledger until <see cref="RecordDecision"/> takes it.
/// </summary>
/// <param name="tables">What the ledger says.</param>
/// <param name="root">The Merkle root of the newest signature transaction.</param>
internal sealed class GovernanceState(LedgerTables tables, in Digest root)
{
    // The rows of the writes so far are read by what follows, and by nobody else: their version means nothing.
    private static readonly SeqNo NoVersion = new(long.MaxValue);

    /// <summary>The Merkle root of the newest signature transaction: by it the state is named.</summary>
    public Digest Root { get; } = root;

    /// <summary>The tables with the writes so far.</summary>
    public LedgerTables Tables { get; private set; } = tables;

    /// <summary>The writes so far.</summary>
    public WriteSet Writes { get; private set; } = new();

    /// <summary>How many writes were made.</summary>
    public int WriteCount { get; private set; }

    /// <summary>What the service is to do itself.</summary>
    public ServiceTasks Tasks { get; private set; }

    /// <summary>Has the service do something itself.</summary>
    public void Ask(ServiceTasks tasks) => Tasks |= tasks;

    /// <summary>Writes a value.</summary>
    public void Put(TableName table, ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value) =>
        Change(writes => writes.Put(table, key, value));

    /// <summary>Removes a key; as CCF does, also one that is not there.</summary>
    public void Remove(TableName table, ReadOnlyMemory<byte> key) => Change(writes => writes.Remove(table, key));

    /// <summary>A state that begins as this one is, to be dropped or taken over.</summary>
    public GovernanceState Branch()
    {
        var branch = new GovernanceState(Tables, Root);
        branch.TakeOver(this);
        return branch;
    }

    /// <summary>Takes over a branch's writes.</summary>
    public void TakeOver(GovernanceState branch)
    {
        var writes = new WriteSet();
        branch.CopyTo(writes);
        (Tables, Writes, WriteCount, Tasks) = (branch.Tables, writes, branch.WriteCount, branch.Tasks);
    }

    /// <summary>Makes the writes so far anew in another set.</summary>
    public void CopyTo(WriteSet target)
    {
        foreach (var table in Writes.Tables)
        {
            foreach (var write in table.Writes)
            {
                if (write.Value is { } value) target.Put(table.Name, write.Key, value);
                else target.Remove(table.Name, write.Key);
            }
        }
    }

    private void Change(Action<WriteSet> write)
    {
        var one = new WriteSet();
        write(one);
        write(Writes);
        Tables = Tables.With(one, NoVersion);
        WriteCount++;
    }
}
