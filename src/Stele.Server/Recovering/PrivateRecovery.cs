using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Stele.Cryptography;
using Stele.Cryptography.Cose;
using Stele.Cryptography.Sealing;
using Stele.Cryptography.Sharing;
using Stele.Governance.Recovery;
using Stele.Governance.Service;
using Stele.Ledger.Audit;
using Stele.Ledger.Entries;
using Stele.Ledger.Secrets;
using Stele.Ledger.Tables;
using Stele.Replication;
using Stele.Server.Home;

namespace Stele.Server.Recovering;

/// <summary>
/// Opens a ledger whose service is gone with the shares that members have given: the secrets, then every entry that they seal,
/// then the service.
/// </summary>
/// <remarks>
/// What interrupts it may pass: it is tried again after a pause. The next start begins it again: the shares are on the ledger.
/// </remarks>
internal sealed class PrivateRecovery(LedgerNode node, LedgerHome home, Action<string> tells, TimeProvider time) : IAsyncDisposable
{
    private const int PartsTold = 10;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _one = new(1);
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    /// <summary>Whether the ledger is being opened.</summary>
    public bool IsRunning => !Volatile.Read(ref _running).IsCompleted;

    /// <summary>The secret of the service that recovers: shares are kept under it.</summary>
    public LedgerSecret OwnSecret => home.LedgerSecrets.For(node.Position.SeqNo.Next);

    /// <summary>Goes on, if the members have given enough.</summary>
    public async Task<RecoveryStep> ContinueAsync(CancellationToken cancel)
    {
        await _one.WaitAsync(cancel);
        try
        {
            var tables = node.Tables;
            var (given, needed) = (SubmittedShares.Count(tables), ServiceTable.RecoveryThreshold(tables));
            if (IsRunning) return new RecoveryStep.Begun(given, needed);
            if (ServiceTable.Status(tables) != ServiceStatus.WaitingForRecoveryShares) return new RecoveryStep.Waits(given, needed);
            return await ContinueAsync(tables, given, needed);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Interrupts it.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
        _one.Dispose();
    }

    private async Task<RecoveryStep> ContinueAsync(LedgerTables tables, int given, int needed)
    {
        var shares = Array.Empty<SecretShare>() as IReadOnlyList<SecretShare>;
        try
        {
            shares = SubmittedShares.Open(tables, OwnSecret);
            if (given < needed && shares.All(share => share.X != 0)) return new RecoveryStep.Waits(given, needed);
            var restored = Restore(tables, shares);
            _running = RunAsync(tables, restored);
            return new RecoveryStep.Begun(given, needed);
        }
        catch (Exception fault) when (fault is FormatException or ArgumentException)
        {
            // Which of them is wrong cannot be known, and which was right is nobody's business.
            await node.SubmitAsync(new ClearShares(), untilCommitted: true);
            return new RecoveryStep.Failed();
        }
        finally
        {
            foreach (var share in shares) share.Dispose();
        }
    }

    private LedgerSecrets Restore(LedgerTables tables, IReadOnlyList<SecretShare> shares)
    {
        var issued = RecoveryShares.Find(tables) ?? throw new FormatException("The ledger has no recovery shares.");
        using var key = SharedKey.Combine(shares);
        var newest = key.Unwrap(issued.WrappedSecret.Span);
        if (SecretLink.NewestIn(tables) is not { } linkedAt) return new LedgerSecrets(newest);
        using (newest) return SecretChain.Open(newest, linkedAt, seqno => Entry(seqno).PublicWrites);
    }

    private async Task RunAsync(LedgerTables tables, LedgerSecrets restored)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            await OpenAsync(tables, restored);
        }
        catch (OperationCanceledException)
        {
            // The node stops; the next start goes on.
        }
        catch (Exception failure)
        {
            tells($"The recovery was interrupted, and the next start begins it again: {failure.Message}");
        }
        finally
        {
            // The node has its own copies by now, from the ledger.
            restored.Dispose();
        }
    }

    private async Task OpenAsync(LedgerTables tables, LedgerSecrets restored)
    {
        var isVerified = false;
        for (string? told = null; ; await Task.Delay(Pause, time, _stop.Token))
        {
            string why;
            try
            {
                if (!isVerified && !await IsVerifiedAsync(restored)) return;
                isVerified = true;
                if (await CompleteAsync(tables, restored) is not { } lack) return;
                why = $"The ledger is opened, but not the service, until this is mended: {lack}";
            }
            catch (Exception failure) when (failure is not OperationCanceledException && node.Stopped is null)
            {
                why = $"The recovery was interrupted, and is tried again: {failure.Message}";
            }
            if (told != why) tells(why);
            told = why;
        }
    }

    private async Task<bool> IsVerifiedAsync(LedgerSecrets restored)
    {
        tells("Enough recovery shares were given; every entry is opened and verified now.");
        if (await VerifyAsync(restored) is not { } fault) return true;
        tells($"The ledger cannot be recovered with these shares, which were removed: {fault}");
        await node.SubmitAsync(new ClearShares(), untilCommitted: true);
        return false;
    }

    private async Task<string?> CompleteAsync(LedgerTables tables, LedgerSecrets restored)
    {
        var own = home.LedgerSecrets.Known.All[^1].Key;
        var complete = new CompleteRecovery(restored, Endorsement(tables, own), own, SecretLink.NewestIn(tables));
        var lack = (await node.SubmitAsync(complete, untilCommitted: true)).Result;
        if (lack is null) tells("The ledger is recovered, and the service is open.");
        return lack;
    }

    private async Task<string?> VerifyAsync(LedgerSecrets restored)
    {
        var options = new AuditOptions
        {
            Secrets = new LedgerSecrets([.. restored.All, home.LedgerSecrets.Known.All[^1]]),
            IsBeingWritten = true,
            Signatures = SignatureChecks.Last,
            Progress = new Told(tells),
        };
        return await LedgerAuditor.AuditAsync(home.LedgerDirectory, options, _stop.Token) switch
        {
            AuditReport.Failed failed => $"{failed.File}, byte {failed.Offset}, seqno {failed.SeqNo}: {failed.Reason}",
            AuditReport.Verified { LastSigned: var signed } when signed.SeqNo < home.LedgerSecrets.Known.All[^1].Key =>
                $"only the entries up to {signed} verify",
            _ => null,
        };
    }

    private EndorsementRow Endorsement(LedgerTables tables, SeqNo own)
    {
        using var previous = X509Certificate2.CreateFromPem(ServiceTable.PreviousCertificate(tables)!);
        tables.TryGet(EarlierServices.LastSignedRoot, TableNames.SingleKey, out var root);
        var (begin, end) = (Entry(ServiceTable.PreviousCreatedAt(tables)!.Value).Id, Entry(own.Previous).Id);
        var signed = Convert.FromHexString(JsonSerializer.Deserialize<string>(root.Span)!);
        var endorsement = new ServiceEndorsement(previous.PublicKey.ExportSubjectPublicKeyInfo(), begin, (end, new Digest(signed)));
        return new EndorsementRow(
            endorsement.Sign(home.ServiceKey, time.GetUtcNow()), home.ServiceKey.PublicKey, begin, end,
            EarlierServices.Newest(tables)?.At);
    }

    private LedgerEntry Entry(SeqNo seqno) =>
        node.EntryBytes(seqno) is { } bytes ? LedgerEntry.Parse(bytes) : throw new FormatException($"Entry {seqno} is missing.");

    private sealed class Told(Action<string> tells) : IProgress<AuditProgress>
    {
        private long _told;

        public void Report(AuditProgress value)
        {
            var part = value.BytesTotal == 0 ? 0 : value.BytesDone * PartsTold / value.BytesTotal;
            if (part <= _told) return;
            _told = part;
            tells($"{value.Entries} entries are opened and verified: {part * (100 / PartsTold)} %.");
        }
    }
}
