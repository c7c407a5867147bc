using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Stele.Cryptography.Sealing;
using Stele.Cryptography.Sharing;
using Stele.Ledger.Entries;
using Stele.Ledger.Tables;

namespace Stele.Governance.Recovery;

/// <summary>
/// The recovery shares that members have given so far (CCF's <c>public:ccf.internal.encrypted_submitted_shares</c>): each sealed
/// under the recovering service's own secret, by the member's id.
/// </summary>
public static class SubmittedShares
{
    /// <summary>The table: member id to base64 in a JSON string.</summary>
    public static readonly TableName Table = new("public:ccf.internal.encrypted_submitted_shares");

    /// <summary>How many there are.</summary>
    public static int Count(LedgerTables tables) => tables.Rows(Table).Count();

    /// <summary>A row.</summary>
    /// <param name="share">The share's bytes.</param>
    /// <param name="secret">The recovering service's secret.</param>
    internal static byte[] Row(ReadOnlySpan<byte> share, LedgerSecret secret)
    {
        Span<byte> key = stackalloc byte[LedgerSecret.Size];
        secret.CopyTo(key);
        var blob = SealedBlob.Seal(key, share);
        CryptographicOperations.ZeroMemory(key);
        return Json.Write(json => json.WriteBase64StringValue(blob));
    }

    /// <summary>The shares, opened.</summary>
    /// <param name="tables">What the ledger says.</param>
    /// <param name="secret">The recovering service's secret.</param>
    /// <returns>The shares, for the caller to dispose of.</returns>
    /// <exception cref="FormatException">One is none, or was sealed under another secret.</exception>
    public static IReadOnlyList<SecretShare> Open(LedgerTables tables, LedgerSecret secret)
    {
        var shares = new List<SecretShare>();
        try
        {
            foreach (var (_, row) in tables.Rows(Table)) shares.Add(Open(row, secret));
            return shares;
        }
        catch
        {
            foreach (var share in shares) share.Dispose();
            throw;
        }
    }

    /// <summary>Whether a member gives the point that another has given already: two of the same are worth one.</summary>
    internal static bool IsGivenByAnother(LedgerTables tables, string memberId, SecretShare share, LedgerSecret secret)
    {
        var own = Encoding.UTF8.GetBytes(memberId);
        foreach (var (member, row) in tables.Rows(Table))
        {
            if (member.Span.SequenceEqual(own)) continue;
            using var given = Open(row, secret);
            if (given.X == share.X) return true;
        }
        return false;
    }

    /// <summary>The member who gave each.</summary>
    internal static IEnumerable<ReadOnlyMemory<byte>> Keys(LedgerTables tables) => tables.Rows(Table).Select(row => row.Key);

    private static SecretShare Open(ReadOnlyMemory<byte> row, LedgerSecret secret)
    {
        Span<byte> key = stackalloc byte[LedgerSecret.Size];
        var bytes = Array.Empty<byte>();
        try
        {
            secret.CopyTo(key);
            bytes = SealedBlob.Open(key, JsonSerializer.Deserialize<byte[]>(row.Span));
            return SecretShare.Parse(bytes);
        }
        catch (JsonException fault)
        {
            throw new FormatException("A submitted share is not in the JSON that CCF writes.", fault);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
            CryptographicOperations.ZeroMemory(bytes);
        }
    }
}
