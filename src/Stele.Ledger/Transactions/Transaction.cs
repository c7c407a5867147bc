using Stele.Cryptography;
using Stele.Cryptography.Sealing;
using Stele.Ledger.Entries;
using Stele.Ledger.Tables;

namespace Stele.Ledger.Transactions;

/// <summary>A transaction in the making: it reads a state of the tables and gathers writes to them.</summary>
/// <param name="id">The id it will have if it writes anything.</param>
/// <param name="state">The state it reads.</param>
/// <param name="secret">The secret that it will be sealed with.</param>
public sealed class Transaction(TransactionId id, LedgerTables state, LedgerSecret secret)
{
    /// <summary>The id that the transaction will have if it writes anything.</summary>
    public TransactionId Id { get; } = id;

    /// <summary>The secret that the transaction will be sealed with.</summary>
    public LedgerSecret Secret { get; } = secret;

    /// <summary>The secret that everything behind this transaction is to be sealed with; null to keep the one there is.</summary>
    /// <remarks>It must stand among its writes too, sealed to each node: so the others learn of it.</remarks>
    public LedgerSecret? NextSecret { get; set; }

    /// <summary>Whether the ledger file is to end behind the signature over this transaction.</summary>
    public bool EndsFile { get; set; }

    /// <summary>What its entry asks of the ledger file that it is in.</summary>
    public EntryFlags Flags { get; set; }

    /// <summary>What it has written so far.</summary>
    public WriteSet Writes { get; } = new();

    /// <summary>The digest of what the application claims by this transaction; zero where it claims nothing.</summary>
    public Digest ClaimsDigest { get; set; }

    /// <summary>The state as it was before this transaction.</summary>
    public LedgerTables State { get; } = state;

    /// <summary>Writes a value.</summary>
    public void Put(TableName table, ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value) => Writes.Put(table, key, value);

    /// <summary>Removes a key.</summary>
    public void Remove(TableName table, ReadOnlyMemory<byte> key) => Writes.Remove(table, key);
}
