using Stele.Governance.Recovery;
using Stele.Server.Api;
using Stele.Server.Application;

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
}
