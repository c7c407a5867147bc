using System.Collections.Immutable;
using System.Security.Cryptography;
using Stele.Cryptography.Sealing;
using Stele.Cryptography.Sharing;

namespace Stele.Governance.Recovery;

/// <summary>Puts a ledger secret into the members' hands: wrapped by a new key, whose shares are sealed to each of them.</summary>
internal static class ShareIssue
{
    /// <summary>Issues shares.</summary>
    /// <param name="roster">Who gets them; there are enough.</param>
    /// <param name="secret">The newest ledger secret.</param>
    /// <param name="linkedAt">Where the secret's link stands; null for the transaction that this is written by.</param>
    /// <exception cref="FormatException">A member's key is none.</exception>
    public static RecoveryShares Of(RecoveryRoster roster, LedgerSecret secret, SeqNo? linkedAt)
    {
        using var key = SharedKey.Generate();
        var shares = roster.Participants.Count == 0 ? [] : key.Split(roster.Participants.Count, roster.Threshold);
        try
        {
            var participants = roster.Participants.Zip(shares, Sealed);
            using var whole = key.Whole();
            var owners = roster.Owners.Select(owner => Sealed(owner, whole)).ToList();
            return new RecoveryShares(
                key.Wrap(secret), participants.Concat(owners).ToImmutableSortedDictionary(StringComparer.Ordinal), linkedAt);
        }
        finally
        {
            foreach (var share in shares) share.Dispose();
        }
    }

    private static KeyValuePair<string, ReadOnlyMemory<byte>> Sealed(RecoveryMember member, SecretShare share)
    {
        Span<byte> bytes = stackalloc byte[SecretShare.Size];
        share.CopyTo(bytes);
        try
        {
            return new(member.Id, MemberEncryptionKey.Seal(member.EncryptionKey, member.Id, bytes));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }
}
