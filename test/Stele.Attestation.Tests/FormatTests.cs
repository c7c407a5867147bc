using System.Text;
using Stele.Attestation.Certificates;
using Stele.Attestation.Folders;
using Stele.Attestation.Formats;

namespace Stele.Attestation.Tests;

/// <summary>Readers of what outsiders wrote keep to their bounds.</summary>
public sealed class FormatTests
{
    [Fact]
    public void Bytes_are_read_to_their_end_and_no_further()
    {
        var reader = new ByteReader([1, 0, 0x34, 0x12, 0, 0]);
        Assert.Equal(1, reader.UInt16());
        Assert.Equal(0x1234, reader.UInt16());
        Assert.True(reader.SkipZeros(2));
        reader.ExpectEnd();
        Assert.Throws<FormatException>(() => new ByteReader([1]).UInt16());
        Assert.Throws<FormatException>(() => new ByteReader([1]).Array(uint.MaxValue));
        Assert.Throws<FormatException>(() => new ByteReader([1]).ExpectEnd());
    }

    [Theory]
    [InlineData("""{"a":1,"a":2}""")]
    [InlineData("""{"a":1} x""")]
    [InlineData("""[1]""")]
    [InlineData("")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]")]
    public void JSON_that_readers_would_disagree_on_is_not_read(string json) =>
        Assert.Throws<FormatException>(() => EvidenceJson.ReadObject(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void What_is_too_long_is_not_read()
    {
        Assert.Throws<FormatException>(() => EvidenceJson.Read(new byte[EvidenceJson.SizeMax + 1]));
        Assert.Throws<FormatException>(() => Certificate.Read(new byte[Certificate.SizeMax + 1]));
        Assert.Throws<FormatException>(() => RevocationList.Read(new byte[RevocationList.SizeMax + 1]));
        Assert.Throws<FormatException>(() => CertificatePem.ReadAll(new byte[CertificatePem.SizeMax + 1]));
        Assert.Throws<FormatException>(() => CborMap.Read(new byte[Cbor.SizeMax + 1]));
    }

    [Fact]
    public void A_policy_that_is_not_understood_is_not_taken_for_one_that_is_met()
    {
        Assert.NotNull(Open("""{"type":"snp","as_of":"2026-01-01T00:00:00Z","policy":{"vmpl":0}}"""));
        Assert.Throws<FormatException>(() => Open("""{"type":"snp","as_of":"2026-01-01T00:00:00Z","policy":{"VMPL":0}}"""));
        Assert.Throws<FormatException>(() => Open("""{"type":"snp","as_of":"2026-01-01T00:00:00Z","policy":{"vmpl":"0"}}"""));
        Assert.Throws<FormatException>(() => Open("""{"type":"snp","as_of":"soon","policy":{}}"""));
        Assert.Throws<FormatException>(() => Open("""{"type":"snp","policy":{}}"""));
        Assert.Throws<FormatException>(() => EvidenceFolder.Open(_ => null));
    }

    [Fact]
    public void Evidence_of_an_unknown_type_and_missing_files_are_told()
    {
        Assert.Throws<FormatException>(() => Open("""{"type":"x","as_of":"2026-01-01T00:00:00Z","policy":{}}""").Judge());
        var missing = Assert.Throws<FormatException>(
            () => Open("""{"type":"snp","as_of":"2026-01-01T00:00:00Z","policy":{}}""").Judge());
        Assert.Contains("report.bin", missing.Message, StringComparison.Ordinal);
    }

    private static EvidenceFolder Open(string description) =>
        EvidenceFolder.Open(name => name == "vector.json" ? Encoding.UTF8.GetBytes(description) : null);
}
