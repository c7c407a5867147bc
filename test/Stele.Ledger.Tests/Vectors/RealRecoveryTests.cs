using System.Text.Json;
using Stele.Cryptography.Sealing;
using Stele.Cryptography.Sharing;
using Stele.Ledger.Entries;

namespace Stele.Ledger.Tests.Vectors;

/// <summary>
/// The recovery of a real CCF service: the share that its member handed in, sealed under the new service's secret, gives the
/// last secret of the old one, and that one the first.
/// </summary>
public sealed class RealRecoveryTests
{
    private const long Rekey = 32;
    private const long Submission = 52;
    private const long Opening = 54;

    private readonly Dictionary<long, LedgerEntry> _entries =
        RealLedger.Entries(SharedVectors.Require("vectors/ccf-live/rec/ledger")).ToDictionary(entry => entry.Id.SeqNo.Value);

    [Fact]
    public void The_members_share_unwraps_the_secret_that_the_old_service_ended_with()
    {
        var secrets = RealLedger.Secrets("rec");
        using var row = Row(Submission, "encrypted_submitted_shares");
        using var share = SecretShare.Parse(Open(secrets.For(new SeqNo(Submission))!, row.RootElement));
        using var key = SharedKey.Combine([share]);
        using var shares = Row(Rekey, "recovery_shares");
        using var unwrapped = key.Unwrap(shares.RootElement.GetProperty("wrapped_latest_ledger_secret").GetBytesFromBase64());
        Assert.Equal(Bytes(secrets.For(new SeqNo(Rekey + 1))!), Bytes(unwrapped));

        using var older = Row(6, "recovery_shares");
        var other = older.RootElement.GetProperty("wrapped_latest_ledger_secret").GetBytesFromBase64();
        Assert.Throws<FormatException>(() => key.Unwrap(other));
    }

    [Theory]
    [InlineData(Rekey, Rekey + 1, 1)]
    [InlineData(Opening, Opening, Rekey + 1)]
    public void Each_secret_opens_the_one_before_it(long at, long underSecretOf, long opens)
    {
        var secrets = RealLedger.Secrets("rec");
        using var row = Row(at, "historical_encrypted_ledger_secret");
        var previous = row.RootElement.GetProperty("previous_ledger_secret");
        Assert.Equal(opens, previous.GetProperty("version").GetInt64());
        var opened = Open(secrets.For(new SeqNo(underSecretOf))!, previous.GetProperty("encrypted_data"));
        Assert.Equal(Bytes(secrets.For(new SeqNo(opens))!), opened);
    }

    private JsonDocument Row(long seqno, string table) => JsonDocument.Parse(
        _entries[seqno].WritesTo(new TableName($"public:ccf.internal.{table}"))!.Writes.Single().Value!.Value);

    private static byte[] Open(LedgerSecret secret, JsonElement blob) => SealedBlob.Open(Bytes(secret), blob.GetBytesFromBase64());

    private static byte[] Bytes(LedgerSecret secret)
    {
        var bytes = new byte[LedgerSecret.Size];
        secret.CopyTo(bytes);
        return bytes;
    }
}
