using FsCheck;
using FsCheck.Fluent;
using Stele.Ledger.Audit;
using Stele.Ledger.Tests.Vectors;

namespace Stele.Ledger.Tests.Audit;

/// <summary>
/// However many threads audit a ledger and however it is cut into blocks, they say what one thread says that takes it entry
/// by entry: the same fault in the same place, or the same figures.
/// </summary>
public sealed class SameVerdictTests
{
    private static readonly Arbitrary<int> Seeds = Gen.Choose(0, int.MaxValue).ToArbitrary();
    private static readonly Config Settings = Config.QuickThrowOnFailure.WithMaxTest(60);

    [Theory]
    [InlineData("vec")]
    [InlineData("rec")]
    public void On_randomly_damaged_ledgers(string service)
    {
        var source = SharedVectors.Require($"vectors/ccf-live/{service}/ledger");
        var secrets = RealLedger.Secrets(service);
        Check.One(Settings, Prop.ForAll(Seeds, seed =>
        {
            var random = new Random(seed);
            using var ledger = new WritableLedger(source);
            for (var i = random.Next(3); i > 0; i--) Damage(ledger.Directory, random);
            AssertSame(ledger.Directory, new AuditOptions
            {
                Secrets = random.Next(2) == 0 ? secrets : null,
                Signatures = random.Next(2) == 0 ? SignatureChecks.Every : SignatureChecks.Last,
                IsBeingWritten = random.Next(3) == 0,
                BlockSize = 1 << random.Next(21),
                Workers = random.Next(1, 6),
            });
        }));
    }

    [Theory]
    [InlineData("ccf-ledgers/cose_flipflop_service")]
    [InlineData("ccf-ledgers/expired_service")]
    [InlineData("ccf-ledgers/sgx_service")]
    public void On_ledgers_of_every_kind_of_service(string service)
    {
        var ledger = SharedVectors.Require($"vectors/{service}/ledger");
        AssertSame(ledger, new AuditOptions { Workers = 1 });
        AssertSame(ledger, new AuditOptions { Workers = 4, BlockSize = 1000 });
    }

    private static void AssertSame(string directory, AuditOptions options) => Assert.Equal(
        new OneByOne(directory, options).Audit(),
        WithoutServices(LedgerAuditor.AuditAsync(directory, options, CancellationToken.None).GetAwaiter().GetResult()));

    // They are told by the auditor alone.
    private static AuditReport WithoutServices(AuditReport report) =>
        report is AuditReport.Verified verified ? verified with { Services = [], ServiceStatus = null } : report;

    private static void Damage(string directory, Random random)
    {
        var files = Directory.GetFiles(directory).Order(StringComparer.Ordinal).ToList();
        var file = files[random.Next(files.Count)];
        var bytes = File.ReadAllBytes(file);
        if (bytes.Length == 0) return;
        var at = random.Next(bytes.Length);
        File.WriteAllBytes(file, random.Next(6) switch
        {
            0 => bytes[..at],
            1 => [.. bytes[..at], .. bytes[Math.Min(bytes.Length, at + random.Next(1, 2000))..]],
            2 => [.. bytes, (byte)random.Next(256)],
            _ => Flipped(bytes, at, random.Next(8)),
        });
    }

    private static byte[] Flipped(byte[] bytes, int at, int bit)
    {
        bytes[at] ^= (byte)(1 << bit);
        return bytes;
    }
}
