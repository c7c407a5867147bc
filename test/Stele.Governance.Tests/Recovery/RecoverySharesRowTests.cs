using System.Text;
using Stele.Governance.Recovery;
using Stele.Ledger.Entries;
using Stele.Ledger.Files;
using Stele.Tests;

namespace Stele.Governance.Tests.Recovery;

/// <summary>The rows of recovery shares, as a real CCF service wrote them.</summary>
public sealed class RecoverySharesRowTests
{
    [Fact]
    public void Rows_are_written_as_ccf_writes_them()
    {
        var rows = Rows(SharedVectors.Require("vectors/ccf-live/rec/ledger")).ToList();
        Assert.Equal(3, rows.Count);
        foreach (var row in rows)
        {
            var shares = RecoveryShares.Parse(row);
            Assert.Equal(256, Assert.Single(shares.Shares).Value.Length);
            Assert.Equal(row, shares.ToRow());
        }
    }

    [Fact]
    public void Where_the_secrets_link_stands_is_written_behind_the_shares()
    {
        const string row =
            """{"encrypted_shares":{"aa":"AA==","bb":"++//"},"previous_secret_stored_version":32,"wrapped_latest_ledger_secret":"+A=="}""";
        Assert.Equal(row, Encoding.UTF8.GetString(RecoveryShares.Parse(Encoding.UTF8.GetBytes(row)).ToRow()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"encrypted_shares":[],"wrapped_latest_ledger_secret":"AA=="}""")]
    [InlineData("""{"encrypted_shares":{"a":"?"},"wrapped_latest_ledger_secret":"AA=="}""")]
    [InlineData("""{"encrypted_shares":{"a":"AA==","a":"AA=="},"wrapped_latest_ledger_secret":"AA=="}""")]
    public void What_are_no_shares_is_refused(string row) =>
        Assert.Throws<FormatException>(() => RecoveryShares.Parse(Encoding.UTF8.GetBytes(row)));

    private static IEnumerable<ReadOnlyMemory<byte>> Rows(string directory)
    {
        foreach (var chunk in LedgerDirectory.Chunks(directory))
        {
            using var reader = ChunkReader.Open(chunk);
            while (reader.TryReadNext(out _, out var bytes))
                if (LedgerEntry.Parse(bytes).WritesTo(RecoveryShares.Table) is { } writes) yield return writes.Writes[0].Value!.Value;
        }
    }
}
