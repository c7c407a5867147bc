using Microsoft.AspNetCore.Http;
using Stele.Governance.Service;
using Stele.Governance.Users;
using Stele.Replication;
using Stele.Replication.Sequencing;
using Stele.Server.Application;

namespace Stele.Server.Api;

/// <summary>A request that has been let in: who calls which operation of which version, and with what.</summary>
internal sealed class Call
{
    /// <summary>The request as it came.</summary>
    public required HttpContext Http { get; init; }

    /// <summary>The ledger that is asked.</summary>
    public required ConfidentialLedger Ledger { get; init; }

    /// <summary>The version whose words the client speaks.</summary>
    public required ApiVersion Version { get; init; }

    /// <summary>What is called.</summary>
    public required Operation Operation { get; init; }

    /// <summary>Who calls.</summary>
    public required LedgerUser Caller { get; init; }

    /// <summary>The query's parameters; each is one that the operation has.</summary>
    public required QueryParameters Query { get; init; }

    /// <summary>The part of the path that stands for a name; empty where the path has none.</summary>
    public required string PathValue { get; init; }

    /// <summary>The largest contents of an entry in bytes of UTF-8.</summary>
    public required int EntryBytesMax { get; init; }

    /// <summary>Ends a wait when the client has gone; for reads only.</summary>
    public CancellationToken Gone => Http.RequestAborted;

    /// <summary>
    /// Whether a write has been handed to the ledger. From then on no answer but success is true: clients repeat a
    /// write that was answered 500 or 503, so whatever fails closes the connection without an answer.
    /// </summary>
    public bool WriteSubmitted { get; private set; }

    /// <summary>Hands a write to the ledger. It goes on whether or not the client waits for it.</summary>
    /// <exception cref="LedgerUnavailableException">The ledger did not take it.</exception>
    /// <exception cref="ServiceClosedException">The ledger takes nothing: its members have closed it.</exception>
    /// <exception cref="RefusedException">It never will: it is too large.</exception>
    public async Task<T> WriteAsync<T>(Func<Task<T>> write)
    {
        WriteSubmitted = true;
        try
        {
            return await write();
        }
        catch (Exception untaken) when (untaken is LedgerUnavailableException or ServiceClosedException)
        {
            WriteSubmitted = false;
            throw;
        }
        catch (EntryTooLargeException tooLarge)
        {
            WriteSubmitted = false;
            throw new RefusedException(new ApiError(
                StatusCodes.Status413PayloadTooLarge, ErrorCodes.RequestBodyTooLarge, tooLarge.Message));
        }
    }

    /// <summary>Hands to the ledger what a script wrote, which is not taken where the script must run anew.</summary>
    /// <exception cref="LedgerUnavailableException">The ledger did not take it.</exception>
    /// <exception cref="ServiceClosedException">The ledger takes nothing: its members have closed it.</exception>
    /// <exception cref="RefusedException">It never will: it is too large.</exception>
    public async Task<Outcome<bool>> SubmitAsync(Func<Task<Outcome<bool>>> write)
    {
        var outcome = await WriteAsync(write);
        if (!outcome.Result) WriteSubmitted = false;
        return outcome;
    }
}
