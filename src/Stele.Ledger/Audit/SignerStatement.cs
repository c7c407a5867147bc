using System.Diagnostics.CodeAnalysis;
using Stele.Ledger.Entries;
using Stele.Ledger.Signatures;

namespace Stele.Ledger.Audit;

/// <summary>What an entry says of those who may sign the ledger, or a signature of theirs. Few entries say any.</summary>
internal sealed class SignerStatement
{
    private readonly Lazy<SignatureRecord?> _signature;

    private SignerStatement(LedgerEntry entry)
    {
        Writes = entry.PublicWrites;
        _signature = new Lazy<SignatureRecord?>(() => SignatureRecord.TryRead(entry, out var signature) ? signature : null);
    }

    /// <summary>The entry's writes to public tables.</summary>
    public WriteSet Writes { get; }

    /// <summary>Whether it says anything of nodes or of the service.</summary>
    public bool NamesSigners => AreNamedIn(Writes);

    /// <summary>The signature; none where it holds none.</summary>
    /// <exception cref="FormatException">It claims to hold one, and what it holds is none.</exception>
    public SignatureRecord? Signature => _signature.Value;

    /// <summary>What an entry says; null where it says nothing.</summary>
    public static SignerStatement? Of(LedgerEntry entry) =>
        AreNamedIn(entry.PublicWrites) || SignatureRecord.IsSignature(entry) ? new SignerStatement(entry) : null;

    /// <summary>Reads all of it now; what is wrong with it is said when it is asked for.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "The same exception is thrown again where the entry stands in order.")]
    public void ReadAhead()
    {
        try
        {
            _ = Signature;
        }
        catch (FormatException)
        {
            // Kept by the Lazy.
        }
    }

    private static bool AreNamedIn(WriteSet writes) => NodeRecords.AreIn(writes) || ServiceRecord.IsIn(writes);
}
