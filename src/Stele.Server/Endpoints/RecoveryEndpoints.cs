using Microsoft.AspNetCore.Http;
using Stele.Governance.Recovery;
using Stele.Server.Api;
using Stele.Server.Application;
using Stele.Server.Recovering;

namespace Stele.Server.Endpoints;

/// <summary>What members need to bring the ledger back, in CCF's JSON.</summary>
internal sealed class RecoveryEndpoints(ConfidentialLedger ledger)
{
    /// <summary><c>GET /gov/recovery/encrypted-shares/{memberId}</c>: a member's share, sealed to the member's key.</summary>
    /// <exception cref="RefusedException">The member has none.</exception>
    public Answer Share(string memberId) =>
        RecoveryShares.Find(ledger.Tables)?.Shares.TryGetValue(memberId, out var share) == true
            ? Answer.Object(json =>
            {
                json.WriteString("memberId"u8, memberId);
                json.WriteBase64String("encryptedShare"u8, share.Span);
            })
            : throw RefusedException.NotFound(ErrorCodes.ResourceNotFound, $"Recovery share not found for member {memberId}.");

    /// <summary>Goes on with the recovery as far as the shares that were given allow, and tells so the member who gave the last.</summary>
    /// <param name="transaction">The transaction that the share was put on the ledger by.</param>
    /// <exception cref="RefusedException">They do not open the ledger's secrets, and were removed.</exception>
    public async Task<Answer> ContinueAsync(TransactionId transaction) =>
        // The share is on the ledger: what follows does not depend on whether the member waits for it.
        await ledger.Recovery.ContinueAsync(CancellationToken.None) switch
        {
            RecoveryStep.Waits waits => Submitted(waits.Given, waits.Needed, "", transaction),
            RecoveryStep.Begun begun => Submitted(begun.Given, begun.Needed, "\nEnd of recovery procedure initiated", transaction),
            _ => throw new RefusedException(new ApiError(
                StatusCodes.Status500InternalServerError, ErrorCodes.InternalError,
                "Failed to initiate private recovery: the shares that were given do not open the ledger's secrets. All of them were"
                + " removed; each member is to give the newest share again.")),
        };

    private static Answer Submitted(int given, int needed, string more, TransactionId transaction) => Answer.Object(json =>
    {
        json.WriteString("message"u8, $"{given}/{needed} recovery shares successfully submitted{more}");
        json.WriteNumber("submittedCount"u8, given);
        json.WriteNumber("recoveryThreshold"u8, needed);
    }, transaction);
}
