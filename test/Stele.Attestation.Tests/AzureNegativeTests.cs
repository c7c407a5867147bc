using System.Text;
using Stele.Attestation.Azure;
using Stele.Attestation.Snp;

namespace Stele.Attestation.Tests;

/// <summary>What is changed in what Azure's containers and virtual machines show is refused.</summary>
public sealed class AzureNegativeTests
{
    private static readonly Lazy<AciEvidence> Published = new(() => Evidence.Aci());

    private static AciEvidence Container => Published.Value;

    [Fact]
    public void An_endorsement_with_one_bit_flipped_is_refused()
    {
        var endorsement = Container.Uvm!.Encoded;
        // The unprotected header, a timestamp, is not signed and not looked at.
        var unsigned = endorsement.Span.IndexOf("timestamp"u8);
        var payload = endorsement.Span.IndexOf("{"u8.ToArray().Concat("\n"u8.ToArray()).ToArray());
        Assert.InRange(payload, unsigned, endorsement.Length);
        for (var at = 0; at < endorsement.Length; at += at > 200 && at < payload ? 97 : 5)
        {
            if (at >= unsigned - 2 && at < payload - 2) continue;
            try
            {
                var flipped = UvmEndorsement.Read(Evidence.Flipped(endorsement, at));
                Assert.False(Evidence.Judge(Container with { Uvm = flipped }).Accepted, $"byte {at}");
            }
            catch (FormatException)
            {
            }
        }
    }

    [Fact]
    public void An_endorsement_of_another_measurement_is_refused()
    {
        var older = Evidence.Aci("aci-milan-v2-bundle").Uvm;
        Assert.Equal(["uvm:guestsvn", "uvm:measurement"], Evidence.Names(Evidence.Judge(Container with { Uvm = older })));
    }

    [Theory]
    [InlineData("uvm:trusted")]
    [InlineData("uvm:feed")]
    [InlineData("uvm:guestsvn")]
    public void Only_the_named_endorsers_may_endorse(string check)
    {
        var endorser = check switch
        {
            "uvm:trusted" => Evidence.Microsoft with { Did = Evidence.Microsoft.Did + ".1" },
            "uvm:feed" => Evidence.Microsoft with { Feed = "ConfAKS-AMD-UVM" },
            _ => Evidence.Microsoft with { MinimumSvn = 102 },
        };
        Assert.Equal([check], Failed(endorser));
        Assert.Equal([], Failed(endorser, Evidence.Microsoft));
        Assert.Equal(["uvm:trusted"], Failed());

        static IEnumerable<string> Failed(params UvmEndorser[] endorsers) =>
            Evidence.Names(Evidence.Judge(Container, new EvidencePolicy { UvmEndorsers = endorsers }));
    }

    [Fact]
    public void Without_an_endorsement_the_measurement_itself_is_asked()
    {
        var bare = Container with { Uvm = null };
        var measurement = Container.Snp.Report.Measurement;
        Assert.Equal(["uvm:given"], Evidence.Names(Evidence.Judge(bare)));
        var same = new EvidencePolicy { UvmEndorsers = [Evidence.Microsoft], Measurements = [measurement] };
        Assert.True(Evidence.Judge(bare, same).Accepted);
        var other = same with { Measurements = [new byte[48]] };
        Assert.Equal(["measurement-expected"], Evidence.Names(Evidence.Judge(bare, other)));
        // The endorsement stands for the list, as in CCF.
        Assert.True(Evidence.Judge(Container, other).Accepted);
    }

    [Fact]
    public void Certificates_for_another_TCB_are_refused()
    {
        Assert.True(SnpTcbVersion.TryParse("DB18000000000003", out var other));
        Assert.Equal(["endorsed-tcb"], Evidence.Names(Evidence.Judge(Container with { EndorsedTcb = other })));
    }

    [Fact]
    public void A_security_policy_with_one_character_more_is_refused()
    {
        byte[] longer = [.. Container.SecurityPolicy!.Value.Span, (byte)'\n'];
        Assert.Equal(["host_data-is-policy"], Evidence.Names(Evidence.Judge(Container with { SecurityPolicy = longer })));
    }

    [Fact]
    public void An_attested_message_that_was_changed_is_refused()
    {
        var message = Vector.Open("attested-cose-milan-20250925").Read("signed.cose")!;
        var policy = new EvidencePolicy { UvmEndorsers = [Evidence.Microsoft] };
        for (var at = 0; at < message.Length; at += at > 64 && at < message.Length - 256 ? 499 : 5)
        {
            try
            {
                var flipped = AttestedMessage.Read(Evidence.Flipped(message, at));
                Assert.False(flipped.Verify(policy, TrustAnchors.Published, Evidence.AsOf).Accepted, $"byte {at}");
            }
            catch (FormatException)
            {
            }
        }
    }

    [Theory]
    [InlineData("hcl-report.bin", 0, 32, 1)]
    [InlineData("hcl-report.bin", 32, 1216, 37)]
    [InlineData("hcl-report.bin", 1216, 1236, 1)]
    [InlineData("hcl-report.bin", 1236, 2600, 71)]
    [InlineData("tpm-quote.msg", 0, 122, 2)]
    [InlineData("tpm-quote.sig", 0, 256, 11)]
    [InlineData("pcrs.json", 0, 1634, 41)]
    public void What_a_virtual_machine_shows_is_refused_with_one_bit_flipped(string file, int from, int to, int step)
    {
        var genuine = Vector.Open("azure-cvm-snp-milan").Read(file)!;
        for (var at = from; at < to; at += step)
        {
            var flipped = Evidence.Flipped(genuine, at);
            // A digit may be in upper case.
            var isSame = file == "pcrs.json" && (genuine[at] | 0x20) == (flipped[at] | 0x20);
            if (!isSame) Assert.False(Machine(file, flipped).Accepted, $"byte {at}");
        }
    }

    [Fact]
    public void What_a_virtual_machine_shows_is_refused_when_it_is_cut_short()
    {
        foreach (var file in new[] { "hcl-report.bin", "tpm-quote.msg", "tpm-quote.sig" })
        {
            var genuine = Vector.Open("azure-cvm-snp-milan").Read(file)!;
            // Zeros at the end of the paravisor's report are padding.
            var whole = genuine.AsSpan().LastIndexOfAnyExcept((byte)0) + 1;
            for (var length = 0; length < whole; length += 43)
                Assert.False(Machine(file, genuine[..length]).Accepted, $"{length} bytes of {file}");
        }
    }

    [Fact]
    public void A_quote_of_another_machine_is_refused()
    {
        var other = Vector.Open("azure-cvm-snp-milan-userdata");
        var quote = Machine("tpm-quote.msg", other.Read("tpm-quote.msg")!);
        Assert.Equal(["tpm:nonce", "tpm:registers", "tpm:signature"], Evidence.Names(quote));
        Assert.Equal(["tpm:signature"], Evidence.Names(Machine("tpm-quote.sig", other.Read("tpm-quote.sig")!)));
        Assert.Contains("claims-bound", Evidence.Names(Claims()));

        // Another machine's claims behind this one's hardware report.
        static Verdict Claims()
        {
            var mine = Vector.Open("azure-cvm-snp-milan").Read("hcl-report.bin")!;
            var theirs = Vector.Open("azure-cvm-snp-milan-userdata").Read("hcl-report.bin")!;
            return Machine("hcl-report.bin", [.. mine.AsSpan(0, 1216), .. theirs.AsSpan(1216)]);
        }
    }

    [Fact]
    public void Data_of_the_machines_owner_stand_for_report_data()
    {
        var vector = Vector.Open("azure-cvm-snp-milan-userdata");
        var evidence = new AzureVmEvidence(
            HclReport.Read(vector.Read("hcl-report.bin")),
            new SnpVmEndorsement(SnpCertificates.Read(vector.Read("vek.der"), vector.Read("ask-ark.pem"))),
            TpmQuote.Read(vector.Read("tpm-quote.msg"), vector.Read("tpm-quote.sig"), vector.Read("pcrs.json")));
        Assert.Equal([], Failed(evidence.Tpm.Nonce));
        Assert.Equal(["report_data-expected"], Failed(Encoding.ASCII.GetBytes("else")));

        IEnumerable<string> Failed(ReadOnlyMemory<byte> data) => Evidence.Names(AzureVmVerifier.Verify(
            evidence, new EvidencePolicy { ReportData = data }, TrustAnchors.Published, Evidence.AsOf));
    }

    private static Verdict Machine(string file, byte[] bytes)
    {
        var vector = Vector.Open("azure-cvm-snp-milan");
        return Folders.EvidenceFolder.Open(name => name == file ? bytes : vector.Read(name)).Judge();
    }
}
