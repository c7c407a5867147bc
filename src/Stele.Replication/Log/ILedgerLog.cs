namespace Stele.Replication.Log;

/// <summary>What orders a ledger's batches and makes them durable: the one seam between a node and its surroundings.</summary>
/// <remarks>
/// <para><em>Before it returns</em>, an append MUST have made the whole batch durable, in the order of the calls; the
/// caller MUST NOT append the next batch before that, and MUST NOT tell anyone of the batch.</para>
/// <para><em>After it returns</em>, the batch survives the death of the process and the loss of power.</para>
/// <para><em>After a crash</em> in between, a prefix of the batch may be found; none of it was answered.</para>
/// <para><em>When it throws</em> <see cref="Stele.Ledger.Files.WriteRefusedException"/>, <see cref="Network.DeposedException"/>
/// or <see cref="Network.NotOrderedException"/> nothing of the batch was taken or ever will be; any other exception leaves
/// that open. Either way the log takes nothing more.</para>
/// </remarks>
public interface ILedgerLog : IAsyncDisposable
{
    /// <summary>Makes a batch durable behind the one before.</summary>
    /// <param name="batch">The batch; what it lends is not read any more once the task has ended.</param>
    /// <param name="mayBlock">Whether the caller has nothing to do meanwhile, so that it may be done on its thread.</param>
    Task AppendAsync(Batch batch, bool mayBlock);
}
