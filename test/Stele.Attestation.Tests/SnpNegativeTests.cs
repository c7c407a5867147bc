using System.Buffers.Binary;
using System.Numerics;
using Stele.Attestation.Snp;

namespace Stele.Attestation.Tests;

/// <summary>What is changed in a genuine report, or in what endorses it, is refused.</summary>
public sealed class SnpNegativeTests
{
    // Not a static field: where there are no vectors, what it would throw is no longer the word to skip.
    private static readonly Lazy<SnpEvidence> Published = new(() => Evidence.Snp());

    private static SnpEvidence Genuine => Published.Value;

    /// <summary>Each field of a report, by its offset, its size, and what refuses a change of it beside the signature.</summary>
    public static TheoryData<string, int, int, string[]> Fields => new()
    {
        { "version", 0x0, 4, [] },
        { "guest svn", 0x4, 4, [] },
        { "policy: interface", 0x8, 2, [] },
        { "policy: reserved", 0xC, 4, ["reserved-zero"] },
        { "family id", 0x10, 16, [] },
        { "image id", 0x20, 16, [] },
        { "vmpl", 0x31, 3, ["vmpl-guest"] },
        { "signature algorithm", 0x34, 4, ["sig-algo-1"] },
        { "current tcb", 0x38, 2, [] },
        { "current tcb: reserved", 0x3A, 4, ["tcb-reserved-zero"] },
        { "platform info", 0x40, 8, [] },
        { "key flags: reserved", 0x49, 3, ["reserved-zero"] },
        { "reserved", 0x4C, 4, ["reserved-zero"] },
        { "report data", 0x50, 64, [] },
        { "measurement", 0x90, 48, [] },
        { "host data", 0xC0, 32, [] },
        { "id key digest", 0xE0, 48, [] },
        { "author key digest", 0x110, 48, [] },
        { "report id", 0x140, 32, [] },
        { "report id of the migration agent", 0x160, 32, [] },
        { "reported tcb", 0x180, 2, ["reported-tcb-equals-cert"] },
        { "reported tcb: reserved", 0x182, 4, ["tcb-reserved-zero"] },
        { "reported tcb: snp and microcode", 0x186, 2, ["reported-tcb-equals-cert"] },
        { "cpu family", 0x188, 1, ["product-names-agree"] },
        { "cpu model and stepping", 0x189, 2, [] },
        { "reserved behind the cpu", 0x18B, 21, ["reserved-zero"] },
        { "chip id", 0x1A0, 64, ["chip-id-equals-hwid"] },
        { "committed tcb", 0x1E0, 2, [] },
        { "current firmware", 0x1E8, 3, [] },
        { "reserved behind current", 0x1EB, 1, ["reserved-zero"] },
        { "committed firmware", 0x1EC, 3, [] },
        { "reserved behind committed", 0x1EF, 1, ["reserved-zero"] },
        { "launch tcb", 0x1F0, 2, [] },
        { "mitigations, which version 3 has not", 0x1F8, 16, ["reserved-zero"] },
        { "reserved behind mitigations", 0x208, 0x98, ["reserved-zero"] },
        { "signature r", 0x2A0, 48, [] },
        { "padding of r", 0x2D0, 24, [] },
        { "signature s", 0x2E8, 48, [] },
        { "padding of s", 0x318, 24, [] },
    };

    [Theory]
    [MemberData(nameof(Fields))]
    public void A_report_with_one_bit_flipped_in_a_field_is_refused(string field, int offset, int size, string[] also)
    {
        for (var at = offset; at < offset + size; at += Math.Max(1, size / 6))
        {
            var bytes = Evidence.Flipped(Genuine.Report.Encoded, at);
            if (BinaryPrimitives.ReadUInt32LittleEndian(bytes) is < 2 or > 5)
            {
                Assert.Throws<FormatException>(() => SnpReport.Read(bytes));
                continue;
            }

            var failed = Evidence.Names(Evidence.Judge(Genuine with { Report = SnpReport.Read(bytes) })).ToList();
            Assert.Contains("report-signature", failed);
            Assert.All(also, check => Assert.True(failed.Contains(check), $"{field}, byte {at:x}: {check} passed"));
        }
    }

    [Fact]
    public void What_follows_the_signature_must_be_zero()
    {
        for (var at = 0x330; at < SnpReport.Size; at += 15)
            Assert.Equal(["reserved-zero"], Failed(Evidence.Flipped(Genuine.Report.Encoded, at)));
    }

    [Fact]
    public void A_report_of_another_length_is_not_read()
    {
        for (var length = 0; length < SnpReport.Size; length++)
            Assert.Throws<FormatException>(() => SnpReport.Read(Genuine.Report.Encoded.Span[..length]));
        Assert.Throws<FormatException>(() => SnpReport.Read([.. Genuine.Report.Encoded.Span, 0]));
    }

    [Fact]
    public void A_signature_written_in_another_way_is_refused()
    {
        var (r, s) = (Number(0x2A0), Number(0x2E8));
        var order = BigInteger.Parse(
            "00ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973",
            System.Globalization.NumberStyles.AllowHexSpecifier);
        Assert.Equal([], Failed(Signed(r, s)));
        Assert.Equal(["report-signature"], Failed(Signed(s, r)));
        Assert.Equal(["report-signature"], Failed(Signed(r + order, s)));
        Assert.Equal(["report-signature"], Failed(Signed(r, s + order)));
        Assert.Equal(["report-signature"], Failed(Signed(BigInteger.Zero, BigInteger.Zero)));

        var reversed = Genuine.Report.Encoded.ToArray();
        reversed.AsSpan(0x2A0, 48).Reverse();
        reversed.AsSpan(0x2E8, 48).Reverse();
        Assert.Equal(["report-signature"], Failed(reversed));
    }

    [Fact]
    public void A_certificate_with_one_bit_flipped_is_refused()
    {
        var (key, intermediate, root) = Genuine.Certificates;
        for (var at = 0; at < key.Certificate.Encoded.Length; at += 11)
            Evidence.Refused(
                () => Genuine.Certificates with { Key = EndorsementKey.Of(Evidence.Reread(key.Certificate, at)) }, Genuine,
                $"key, byte {at}");
        for (var at = 0; at < intermediate.Encoded.Length; at += 31)
            Evidence.Refused(
                () => Genuine.Certificates with { Intermediate = Evidence.Reread(intermediate, at) }, Genuine, $"intermediate, byte {at}");
        for (var at = 0; at < root.Encoded.Length; at += 31)
            Evidence.Refused(() => Genuine.Certificates with { Root = Evidence.Reread(root, at) }, Genuine, $"root, byte {at}");
    }

    [Fact]
    public void Certificates_of_others_are_refused()
    {
        var (other, genoa) = (Evidence.Snp("snp-milan-v2-vcek").Certificates, Evidence.Snp("snp-genoa-v3-aci").Certificates);
        var mine = Genuine.Certificates;
        Assert.Equal(["chip-id-equals-hwid", "report-signature", "reported-tcb-equals-cert"], Failed(mine with { Key = other.Key }));
        Assert.Equal(
            ["ask-signed-by-ark", "product-names-agree", "vek-signed-by-ask"], Failed(mine with { Intermediate = genoa.Intermediate }));
        Assert.Equal(["ask-signed-by-ark"], Failed(mine with { Root = genoa.Root }));
        Assert.Equal(
            ["ark-pinned", "ark-self-signed", "ask-signed-by-ark", "product-names-agree", "vek-signed-by-ask"],
            Failed(mine with { Intermediate = mine.Root, Root = mine.Intermediate }));
        Assert.Contains("ask-signed-by-ark", Failed(mine with { Intermediate = mine.Key.Certificate }));
        Assert.Equal(
            ["chip-id-equals-hwid", "product-names-agree", "report-signature", "reported-tcb-equals-cert"], Failed(genoa));
    }

    [Fact]
    public void Evidence_is_judged_at_the_moment_that_is_asked()
    {
        var key = Genuine.Certificates.Key.Certificate;
        Assert.Equal([], Names(key.NotBefore));
        Assert.Equal([], Names(key.NotAfter));
        Assert.Equal(["vek-validity"], Names(key.NotBefore.AddSeconds(-1)));
        Assert.Equal(["vek-validity"], Names(key.NotAfter.AddSeconds(1)));
        Assert.Equal(["ark-validity", "ask-validity", "vek-validity"], Names(DateTimeOffset.UnixEpoch));

        static IEnumerable<string> Names(DateTimeOffset asOf) => Evidence.Names(Evidence.Judge(Genuine, asOf: asOf));
    }

    private static IEnumerable<string> Failed(byte[] report) =>
        Evidence.Names(Evidence.Judge(Genuine with { Report = SnpReport.Read(report) }));

    private static IEnumerable<string> Failed(SnpCertificates certificates) =>
        Evidence.Names(Evidence.Judge(Genuine with { Certificates = certificates }));

    private static BigInteger Number(int offset) => new(Genuine.Report.Encoded.Span.Slice(offset, 72), isUnsigned: true);

    private static byte[] Signed(BigInteger r, BigInteger s)
    {
        var report = Genuine.Report.Encoded.ToArray();
        report.AsSpan(0x2A0, 144).Clear();
        r.TryWriteBytes(report.AsSpan(0x2A0, 72), out _, isUnsigned: true);
        s.TryWriteBytes(report.AsSpan(0x2E8, 72), out _, isUnsigned: true);
        return report;
    }
}
