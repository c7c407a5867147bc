using System.Text.Json;
using Stele.Cryptography;
using Stele.Cryptography.Cose;
using Stele.Ledger.Entries;

namespace Stele.Ledger.Audit;

/// <summary>The service of a ledger as its entries tell of it at one place in it.</summary>
internal sealed class ServiceRecord
{
    /// <summary>No service, as before the first entry.</summary>
    public static readonly ServiceRecord None = new();

    private string? _status;
    private VerificationKey? _key;

    private ServiceRecord()
    {
    }

    /// <summary>The service's certificate, PEM; null before there is one.</summary>
    public string? Certificate { get; private init; }

    /// <summary>How far the service has come, in CCF's words; null before there is one.</summary>
    public string? Status => _status;

    /// <summary>Whether it is the same service as before: its certificate may have been renewed, its key is the same.</summary>
    public bool HasKeyOf(ServiceRecord before) =>
        ReferenceEquals(_key, before._key) || (before._key is not null && Certificate is { } pem && before._key.IsThatOf(pem));

    /// <summary>Whether an entry says anything of the service.</summary>
    public static bool IsIn(WriteSet writes) => writes.Find(TableNames.ServiceInfo) is not null;

    /// <summary>The service after an entry.</summary>
    /// <exception cref="FormatException">The service cannot come to be so.</exception>
    public ServiceRecord With(WriteSet writes)
    {
        if (!IsIn(writes)) return this;
        if (!writes.TryGet(TableNames.ServiceInfo, TableNames.SingleKey.Span, out var row))
            throw new FormatException("The service's table has not its one row.");
        try
        {
            using var info = JsonDocument.Parse(row);
            var status = Next(info.RootElement.GetProperty("status").GetString()!);
            return info.RootElement.TryGetProperty("cert", out var cert) && cert.GetString() is { } pem && pem != Certificate
                ? new ServiceRecord { _status = status, _key = new VerificationKey(pem), Certificate = pem }
                : new ServiceRecord { _status = status, _key = _key, Certificate = Certificate };
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException("The service is not described by the JSON that CCF writes.", fault);
        }
    }

    /// <summary>Checks the service's signature over a root.</summary>
    /// <exception cref="FormatException">It is not one of this service.</exception>
    public void Verify(ReadOnlyMemory<byte> cose, in Digest root, TransactionId id)
    {
        if (_key is null) throw new FormatException("The service signs before any entry has named its certificate.");
        var signature = LedgerSignature.Read(cose);
        if (signature.Id is { } claimed && claimed != id)
            throw new FormatException($"The service's signature says that it is transaction {claimed}.");
        if (!signature.Verify(_key.OfThisThread, root))
            throw new FormatException("The service's signature is not one of its certificate's key over the Merkle root.");
    }

    private string Next(string status)
    {
        var possible = (_status, status) switch
        {
            (null, _) or (_, "Opening") => true,
            ("Opening", "Open" or "WaitingForRecoveryShares") => true,
            ("Open", "Closed" or "Recovering") => true,
            ("Closed", "Open" or "Recovering") => true,
            ("Recovering", "WaitingForRecoveryShares") => true,
            ("WaitingForRecoveryShares", "Open") => true,
            var (before, after) => before == after,
        };
        return possible ? status : throw new FormatException($"The service goes from {_status} to {status}.");
    }
}
