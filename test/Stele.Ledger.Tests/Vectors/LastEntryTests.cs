using System.Text;
using Stele.Ledger.Audit;
using Stele.Ledger.Files;
using Stele.Ledger.Secrets;

namespace Stele.Ledger.Tests.Vectors;

/// <summary>
/// The last entry of a ledger, a signature transaction that no other covers: which of its bytes an auditor can answer for.
/// </summary>
public sealed class LastEntryTests
{
    private const int FlagsOffset = 1;
    private const int TagOffset = 8;
    private const int IvOffset = 24;
    private const int ClaimsDigestOffset = 53;
    private const int TablesOffset = 125;

    // The flags are in front of what is sealed; only the digest of the whole entry, in a later tree, covers them. The bit
    // flipped here is one that CCF defines: the file ends behind this entry.
    [Fact]
    public async Task With_the_secrets_every_changed_byte_of_it_is_found_but_the_flags()
    {
        var (_, _, unnoticed) = await UnnoticedAsync(RealLedger.Secrets("vec"));
        Assert.Equal([FlagsOffset], unnoticed);
    }

    [Fact]
    public async Task Without_them_signatures_root_and_tree_still_cannot_be_changed()
    {
        var (start, entry, unnoticed) = await UnnoticedAsync(secrets: null);
        var allowed = Uncovered(entry).ToHashSet();
        var outside = unnoticed.Where(at => !allowed.Contains(at));
        Assert.Equal("", string.Join(", ", outside.Where(at => !IsOtherCaseOfRoot(entry, start + at, at))));
        Assert.Equal("", string.Join(", ", Sealed.Except(unnoticed)));
    }

    /// <summary>What the secrets alone can show: the tag, the claims digest, the commit evidence digest, a fixed zero.</summary>
    private static IEnumerable<int> Sealed =>
        Enumerable.Range(TagOffset, IvOffset - TagOffset).Concat(Enumerable.Range(ClaimsDigestOffset, TablesOffset - ClaimsDigestOffset));

    /// <summary>Those, and what no signature speaks of: the tables' names, and the members before <c>node</c>: the copy
    /// of the node's certificate, of which the key alone matters, how far the node knew of commits, and a nonce.</summary>
    private static IEnumerable<int> Uncovered(byte[] entry) =>
        Sealed.Append(FlagsOffset)
            .Concat(Span(entry, "public:ccf.internal.cose_signatures"))
            .Concat(Span(entry, "public:ccf.internal.signatures"))
            .Concat(Span(entry, "public:ccf.internal.tree"))
            .Concat(Between(entry, "{\"", "\"node\":"));

    // Bit 5 of a letter is its case: the hexadecimal root is the same digest.
    private static bool IsOtherCaseOfRoot(byte[] entry, long place, int at) =>
        Between(entry, "\"root\":\"", "\",\"seqno\"").Contains(at) && place % 8 == 5 && char.IsAsciiLetter((char)entry[at]);

    private static IEnumerable<int> Span(byte[] entry, string text) => Enumerable.Range(Find(entry, text), text.Length);

    private static IEnumerable<int> Between(byte[] entry, string before, string after)
    {
        var start = Find(entry, before) + before.Length;
        return Enumerable.Range(start, Find(entry, after) - start);
    }

    private static int Find(byte[] entry, string text)
    {
        var at = entry.AsSpan().IndexOf(Encoding.ASCII.GetBytes(text));
        Assert.True(at >= 0, text);
        return at;
    }

    /// <summary>Where the last entry begins, its bytes, and the offsets in it at which a flipped bit is not found.</summary>
    private static async Task<(long Start, byte[] Entry, List<int> Unnoticed)> UnnoticedAsync(LedgerSecrets? secrets)
    {
        using var copy = new WritableLedger(SharedVectors.Require("vectors/ccf-live/vec/ledger"));
        var chunk = LedgerDirectory.Chunks(copy.Directory)[^1];
        var (start, entry) = Last(chunk);
        var options = new AuditOptions { Secrets = secrets, Signatures = SignatureChecks.Last };
        var unnoticed = new List<int>();
        for (var at = 0; at < entry.Length; at++)
        {
            WritableLedger.Flip(chunk.Path, start + at);
            var report = await LedgerAuditor.AuditAsync(copy.Directory, options, TestContext.Current.CancellationToken);
            if (report is AuditReport.Verified) unnoticed.Add(at);
            WritableLedger.Flip(chunk.Path, start + at);
        }
        return (start, entry, unnoticed);
    }

    private static (long Start, byte[] Entry) Last(ChunkPath chunk)
    {
        using var reader = ChunkReader.Open(chunk);
        (long, byte[]) last = (0, []);
        while (reader.TryReadNext(out var offset, out var bytes)) last = (offset, bytes.ToArray());
        return last;
    }
}
