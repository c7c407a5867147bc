using System.Text;
using System.Text.Json;
using Stele.Attestation.Dcap;
using Stele.Cryptography;

namespace Stele.Attestation.Tests;

/// <summary>What is changed in a genuine quote, or in what Intel says of it, is refused.</summary>
public sealed class DcapNegativeTests
{
    private static readonly DateTimeOffset SgxAsOf = new(2025, 6, 25, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset TdxAsOf = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly DateTimeOffset SyntheticAsOf = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly EvidencePolicy Lenient = new() { TcbStatuses = ["UpToDate", "ConfigurationAndSWHardeningNeeded"] };

    public static TheoryData<string> Genuine => ["sgx-v3-config-needed", "tdx-v4-uptodate", "tdx-v5-uptodate"];

    [Theory]
    [MemberData(nameof(Genuine))]
    public void A_quote_with_one_bit_flipped_in_any_field_is_refused(string name)
    {
        var evidence = EvidenceOf(name);
        var length = evidence.Quote.Length;
        var pemAt = evidence.Quote.Span.IndexOf("-----"u8);
        var chain = Quote.Read(evidence.Quote).Signature.Chain;
        // Every byte of the header and of the lengths in front of the chain, and several of each field.
        for (var at = 0; at < length; at += at < 0x40 || (at > pemAt - 12 && at < pemAt) ? 1 : at < pemAt ? 7 : 53)
        {
            var quote = evidence.Quote.ToArray();
            quote[at] ^= (byte)(1 << (at % 8));
            if (!Judge(evidence with { Quote = quote }, name).Accepted) continue;
            // Characters between the certificates, which say nothing.
            var same = Quote.Read(quote).Signature.Chain;
            Assert.True(
                at >= pemAt && chain.Zip(same).All(pair => pair.First.Encoded.Span.SequenceEqual(pair.Second.Encoded.Span)),
                $"byte {at} of {name}");
        }
    }

    [Theory]
    [MemberData(nameof(Genuine))]
    public void A_quote_cut_short_is_refused(string name)
    {
        var evidence = EvidenceOf(name);
        var whole = evidence.Quote.Length - Quote.Read(evidence.Quote).Trailing.Length;
        for (var length = 0; length < whole; length += length < 1400 ? 1 : 13)
            Assert.Equal("well-formed", Assert.Single(Judge(evidence with { Quote = evidence.Quote[..length] }, name).Failed).Name);
    }

    [Theory]
    [MemberData(nameof(Genuine))]
    public void A_statement_of_Intels_with_a_character_changed_is_refused(string name)
    {
        var evidence = EvidenceOf(name);
        var collateral = evidence.Collateral!;
        for (var at = 0; at < collateral.TcbInfo.Length; at += 101)
            Refused(evidence, collateral with { TcbInfo = Changed(collateral.TcbInfo, at) }, name);
        for (var at = 0; at < collateral.QeIdentity.Length; at += 31)
            Refused(evidence, collateral with { QeIdentity = Changed(collateral.QeIdentity, at) }, name);
        var (ofPlatforms, ofRoot) = (collateral.PckRevocationList!.Value, collateral.RootRevocationList!.Value);
        for (var at = 0; at < ofPlatforms.Length; at += 211)
            Refused(evidence, collateral with { PckRevocationList = Changed(ofPlatforms, at) }, name);
        for (var at = 0; at < ofRoot.Length; at += 7)
            Refused(evidence, collateral with { RootRevocationList = Changed(ofRoot, at) }, name);
    }

    [Fact]
    public void A_statement_written_anew_with_the_same_values_is_refused()
    {
        var evidence = EvidenceOf("tdx-v5-uptodate");
        var text = Encoding.UTF8.GetString(evidence.Collateral!.TcbInfo.Span);
        var spaced = text.Replace("\"version\":", "\"version\" :", StringComparison.Ordinal);
        Assert.NotEqual(text, spaced);
        var changed = evidence with { Collateral = evidence.Collateral with { TcbInfo = Encoding.UTF8.GetBytes(spaced) } };
        Assert.Equal(["tcb-json-signature"], Judge(changed, "tdx").Failed.Select(check => check.Name));
    }

    [Fact]
    public void A_statement_that_says_something_twice_is_refused()
    {
        var evidence = EvidenceOf("tdx-v5-uptodate");
        var text = Encoding.UTF8.GetString(evidence.Collateral!.TcbInfo.Span);
        var twice = text.Insert(1, "\"tcbInfo\":{},");
        var changed = evidence with { Collateral = evidence.Collateral with { TcbInfo = Encoding.UTF8.GetBytes(twice) } };
        Assert.Equal(["well-formed"], Judge(changed, "tdx").Failed.Select(check => check.Name));
    }

    [Fact]
    public void The_statements_of_another_platform_are_refused()
    {
        var evidence = EvidenceOf("tdx-v4-uptodate") with { Collateral = EvidenceOf("sgx-v3-config-needed").Collateral };
        var failed = DcapVerifier.Verify(evidence, Lenient, TrustAnchors.Published, SgxAsOf).Failed.Select(check => check.Name).ToHashSet();
        Assert.Superset(new HashSet<string> { "tcb-json-kind", "qe-json-kind", "tcb-fmspc", "qe-identity", "tcb-level-found" }, failed);
    }

    [Fact]
    public void A_policy_that_names_statuses_wants_collateral()
    {
        var evidence = EvidenceOf("tdx-v5-uptodate") with { Collateral = null };
        Assert.Equal(["collateral"], Judge(evidence, "tdx").Failed.Select(check => check.Name));
        Assert.True(DcapVerifier.Verify(evidence, new EvidencePolicy { TcbStatuses = null }, TrustAnchors.Published, TdxAsOf).Accepted);
    }

    // Collateral names the enclave that quotes; a node shows none.
    [Theory]
    [InlineData("dcap-good-sgx", true)]
    [InlineData("dcap-good-tdx4", true)]
    [InlineData("dcap-qe-debug", false)]
    [InlineData("dcap-qe-mrsigner", false)]
    public void The_quoting_enclave_must_be_the_makers_without_collateral_too(string name, bool isMakers)
    {
        var evidence = EvidenceOf(name);
        // The enclave's signer is the one of the good vectors in all; the identity beside it says who it should be.
        var named = Named(evidence);
        evidence = evidence with { Collateral = null };
        var anchors = TestRootsOf(evidence);
        var policy = new EvidencePolicy { TcbStatuses = null };
        Assert.Equal(["qe-identity"], Names(DcapVerifier.Verify(evidence, policy, anchors, SyntheticAsOf)));
        anchors = anchors with { QuotingEnclaves = new QuotingEnclaveSigners(named, named) };
        Assert.Equal(isMakers ? [] : ["qe-identity"], Names(DcapVerifier.Verify(evidence, policy, anchors, SyntheticAsOf)));
        anchors = anchors with { QuotingEnclaves = QuotingEnclaveSigners.Intel };
        Assert.Equal(["qe-identity"], Names(DcapVerifier.Verify(evidence, policy, anchors, SyntheticAsOf)));
    }

    [Fact]
    public void Missing_revocation_lists_are_told_and_refused_where_the_policy_says_so()
    {
        var evidence = EvidenceOf("tdx-v5-uptodate");
        evidence = evidence with { Collateral = evidence.Collateral! with { PckRevocationList = null, RootRevocationList = null } };
        var verdict = Judge(evidence, "tdx");
        Assert.True(verdict.Accepted);
        Assert.NotNull(verdict.Checks.Single(check => check.Name == "pck-crl").Reason);
        verdict = DcapVerifier.Verify(
            evidence, new EvidencePolicy { RequireRevocationList = true }, TrustAnchors.Published, TdxAsOf);
        Assert.Equal(["root-crl", "pck-crl"], verdict.Failed.Select(check => check.Name));
    }

    [Fact]
    public void A_policy_is_asked_about_measurement_report_data_and_debug()
    {
        var evidence = EvidenceOf("tdx-v5-uptodate");
        var claims = Judge(evidence, "tdx").Claims!;
        var policy = new EvidencePolicy
        {
            Measurements = [claims.Measurement],
            ReportData = claims.ReportData,
            HostData = [claims.HostData],
        };
        Assert.True(DcapVerifier.Verify(evidence, policy, TrustAnchors.Published, TdxAsOf).Accepted);
        policy = new EvidencePolicy { Measurements = [new byte[48]], ReportData = new byte[64], HostData = [new byte[47]] };
        Assert.Equal(
            ["measurement-expected", "host_data-expected", "report_data-expected"],
            DcapVerifier.Verify(evidence, policy, TrustAnchors.Published, TdxAsOf).Failed.Select(check => check.Name));
        policy = new EvidencePolicy { AllowDebug = true, TcbStatuses = null };
        Assert.True(DcapVerifier.Verify(EvidenceOf("tdx-v4-debug"), policy, TrustAnchors.Published, SgxAsOf).Accepted);
    }

    [Fact]
    public void Debug_that_a_policy_allows_does_not_allow_reserved_bits()
    {
        var evidence = EvidenceOf("dcap-td-tud-reserved");
        var verdict = DcapVerifier.Verify(evidence, new EvidencePolicy { AllowDebug = true }, TestRootsOf(evidence), SyntheticAsOf);
        Assert.Equal(["not-debug"], Names(verdict));
    }

    private static TrustAnchors TestRootsOf(DcapEvidence evidence) => new(
        TrustAnchors.Published.AmdRoots,
        Quote.Read(evidence.Quote).Signature.Chain.Select(one => one.PublicKey.Digest).ToHashSet());

    private static Digest Named(DcapEvidence evidence)
    {
        using var json = JsonDocument.Parse(evidence.Collateral!.QeIdentity);
        var signer = json.RootElement.GetProperty("enclaveIdentity").GetProperty("mrsigner").GetString()!;
        return Digest.TryParseHex(signer.ToLowerInvariant(), out var digest) ? digest : throw new FormatException(signer);
    }

    private static IEnumerable<string> Names(Verdict verdict) => verdict.Failed.Select(check => check.Name);

    private static byte[] Changed(ReadOnlyMemory<byte> bytes, int at)
    {
        var changed = bytes.ToArray();
        changed[at] ^= 2;
        return changed;
    }

    private static void Refused(DcapEvidence evidence, DcapCollateral changed, string name) =>
        Assert.False(Judge(evidence with { Collateral = changed }, name).Accepted);

    private static Verdict Judge(DcapEvidence evidence, string name) => DcapVerifier.Verify(
        evidence, Lenient, TrustAnchors.Published, name is "tdx-v4-uptodate" or "sgx-v3-config-needed" ? SgxAsOf : TdxAsOf);

    private static DcapEvidence EvidenceOf(string name)
    {
        var vector = Vector.Open(name);
        if (vector.Read("tcbinfo.json") is not { } tcbInfo) return new DcapEvidence(vector.Read("quote.bin"));
        return new DcapEvidence(vector.Read("quote.bin"), new DcapCollateral(
            tcbInfo, vector.Read("qeidentity.json"), vector.Read("tcb-signing-chain.pem"), vector.Read("pck.crl"),
            vector.Read("root.crl")));
    }
}
