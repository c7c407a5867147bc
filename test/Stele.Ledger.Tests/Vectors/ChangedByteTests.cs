using System.Collections.Concurrent;
using Stele.Ledger.Audit;
using Stele.Ledger.Files;

namespace Stele.Ledger.Tests.Vectors;

/// <summary>A byte of a closed file is changed: the auditor, who has no secret, says so.</summary>
/// <remarks>
/// Every byte at the edges of the first file and of the last (header, first entry's head, positions table), and of the rest
/// one in <see cref="Stride"/>; of the largest ledger a fifth of these. Only bytes of the very last entry of a ledger can go
/// unnoticed, since no signature follows it that would cover it; among the vectors that is so in cose_flipflop_service, which
/// ends with its last closed file.
/// </remarks>
public sealed class ChangedByteTests
{
    private const int Stride = 499;
    private const int Edge = 300;

    [Theory]
    [InlineData("ccf-ledgers/acme_containing_service", false)]
    [InlineData("ccf-ledgers/cose_flipflop_service", true)]
    [InlineData("ccf-ledgers/expired_service", false)]
    // Odd, so that it is not always the same bit of a byte.
    [InlineData("ccf-ledgers/sgx_service", false, 5)]
    [InlineData("ccf-live/vec", false)]
    [InlineData("ccf-live/rec", false)]
    public async Task It_is_found(string service, bool lastEntryIsUncovered, int oneIn = 1)
    {
        var directory = SharedVectors.Require($"vectors/{service}/ledger");
        var unnoticed = new ConcurrentBag<(string File, long Offset)>();
        var places = Places(directory, oneIn).ToList();
        await Parallel.ForEachAsync(
            places.Chunk((places.Count / 2) + 1), TestContext.Current.CancellationToken, async (part, cancel) =>
            {
                using var copy = new LedgerCopy(directory);
                foreach (var (file, offset) in part)
                    if (!await copy.IsFoundAsync(file, offset, cancel)) unnoticed.Add((file, offset));
            });
        var (lastFile, lastEntry) = lastEntryIsUncovered ? LastEntry(directory) : ("", 0);
        Assert.DoesNotContain(unnoticed, place => place.File != lastFile || place.Offset < lastEntry);
    }

    private static IEnumerable<(string File, long Offset)> Places(string directory, int oneIn)
    {
        var closed = LedgerDirectory.Chunks(directory).Where(chunk => chunk.Name.IsCommitted).ToList();
        foreach (var chunk in closed)
        {
            var length = new FileInfo(chunk.Path).Length;
            var edge = chunk == closed[0] || chunk == closed[^1] ? Edge : 0;
            for (long offset = 0; offset < length; offset += oneIn)
                if (offset < edge || offset >= length - edge || offset % Stride == 0) yield return (Path.GetFileName(chunk.Path), offset);
        }
    }

    private static (string File, long Offset) LastEntry(string directory)
    {
        var chunk = LedgerDirectory.Chunks(directory)[^1];
        using var reader = ChunkReader.Open(chunk);
        long last = 0;
        while (reader.TryReadNext(out var offset, out _)) last = offset;
        return (Path.GetFileName(chunk.Path), last);
    }

    private sealed class LedgerCopy : IDisposable
    {
        private readonly string _directory = Directory.CreateTempSubdirectory("stele-test-").FullName;

        public LedgerCopy(string source)
        {
            foreach (var file in Directory.GetFiles(source))
            {
                var copy = Path.Combine(_directory, Path.GetFileName(file));
                File.WriteAllBytes(copy, File.ReadAllBytes(file));
            }
        }

        public async Task<bool> IsFoundAsync(string file, long offset, CancellationToken cancel)
        {
            Flip(file, offset);
            var options = new AuditOptions { Signatures = SignatureChecks.Last };
            var report = await LedgerAuditor.AuditAsync(_directory, options, cancel);
            Flip(file, offset);
            return report is AuditReport.Failed;
        }

        public void Dispose() => Directory.Delete(_directory, recursive: true);

        private void Flip(string file, long offset)
        {
            using var handle = File.OpenHandle(Path.Combine(_directory, file), FileMode.Open, FileAccess.ReadWrite);
            Span<byte> one = stackalloc byte[1];
            RandomAccess.Read(handle, one, offset);
            one[0] ^= (byte)(1 << (int)(offset % 8));
            RandomAccess.Write(handle, one, offset);
        }
    }
}
