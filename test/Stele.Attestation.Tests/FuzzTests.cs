using System.Text;
using Stele.Attestation.Azure;
using Stele.Attestation.Certificates;
using Stele.Attestation.Folders;
using Stele.Attestation.Maa;
using Stele.Attestation.Snp;

namespace Stele.Attestation.Tests;

/// <summary>
/// Whatever is made of evidence, reading it ends, with no other exception than the one documented. With those of Intel's
/// quotes (<see cref="DcapFuzzTests"/>) over a million changed inputs are read.
/// </summary>
public sealed class FuzzTests
{
    private static Vector Report => Vector.Open("snp-milan-v3-aci");
    private static Vector Container => Vector.Open("aci-milan-v3-bundle");
    private static Vector Machine => Vector.Open("azure-cvm-snp-milan");

    [Fact]
    public void Reports() => Mutation.Try(Report.Read("report.bin")!, 250_000, bytes => SnpReport.Read(bytes));

    [Fact]
    public void Certificates_of_endorsement_keys() =>
        Mutation.Try(Report.Read("vek.der")!, 120_000, bytes => EndorsementKey.Read(bytes));

    [Fact]
    public void The_verifier_of_reports_throws_nothing_whatever_it_is_given()
    {
        var genuine = Evidence.Snp();
        var (report, key) = (genuine.Report.Encoded.ToArray(), genuine.Certificates.Key.Certificate.Encoded.ToArray());
        var mutation = new Mutation(seed: 7);
        for (var round = 0; round < 600; round++)
        {
            var bytes = mutation.Of(round % 2 == 0 ? report : key);
            // A mutation may write what stood there.
            if (bytes.AsSpan().SequenceEqual(round % 2 == 0 ? report : key)) continue;
            var changed = round % 2 == 0
                ? Read(() => genuine with { Report = SnpReport.Read(bytes) })
                : Read(() => genuine with { Certificates = genuine.Certificates with { Key = EndorsementKey.Read(bytes) } });
            if (changed is not null) Assert.NotEmpty(Evidence.Judge(changed).Failed);
        }

        static SnpEvidence? Read(Func<SnpEvidence> read)
        {
            try
            {
                return read();
            }
            catch (FormatException)
            {
                return null;
            }
        }
    }

    [Fact]
    public void Tables_of_certificates() => Mutation.Try(
        Vector.Open("certtable-good").Read("auxblob.bin")![..4800], 60_000, bytes => SnpCertificateTable.Read(bytes).Certificates());

    [Fact]
    public void Indexes_of_tables_of_certificates()
    {
        var table = Vector.Open("certtable-good").Read("auxblob.bin")!;
        Mutation.Try(table[..96], 60_000, bytes => SnpCertificateTable.Read((byte[])[.. bytes, .. table[bytes.Length..]]));
    }

    [Fact]
    public void Revocation_lists() =>
        Mutation.Try(Vector.Open("snp-ask-revoked").Read("ark.crl")!, 60_000, bytes => RevocationList.Read(bytes));

    [Fact]
    public void Chains_in_PEM() => Mutation.Try(Report.Read("ask-ark.pem")!, 10_000, bytes => CertificatePem.ReadAll(bytes));

    [Fact]
    public void Certificates_from_the_host() =>
        Mutation.Try(Container.Read("host-amd-certs.json")!, 5_000, bytes => HostCertificates.Read(bytes));

    [Fact]
    public void Endorsements_of_the_utility_VM() =>
        Mutation.Try(Container.Read("uvm-endorsements.cose")!, 20_000, bytes => UvmEndorsement.Read(bytes));

    [Fact]
    public void Attested_messages() =>
        Mutation.Try(Vector.Open("attested-cose-milan-20250925").Read("signed.cose")!, 5_000, bytes => AttestedMessage.Read(bytes));

    [Fact]
    public void Reports_of_the_paravisor() =>
        Mutation.Try(Machine.Read("hcl-report.bin")!, 40_000, bytes => HclReport.Read(bytes));

    [Fact]
    public void Quotes_of_the_TPM()
    {
        var (signature, registers) = (Machine.Read("tpm-quote.sig")!, Machine.Read("pcrs.json")!);
        Mutation.Try(Machine.Read("tpm-quote.msg")!, 40_000, bytes => TpmQuote.Read(bytes, signature, registers).IsOfRegisters());
        var message = Machine.Read("tpm-quote.msg")!;
        Mutation.Try(registers, 10_000, bytes => TpmQuote.Read(message, signature, bytes));
    }

    [Fact]
    public void Tokens()
    {
        var vector = Vector.Open("maa-azurevm-sevsnp");
        var parts = Encoding.ASCII.GetString(vector.Read("token.jwt")!).Split('.');
        var keys = MaaKeys.Read(vector.Read("jwks.json"));
        Mutation.Try(vector.Read("token.jwt")!, 10_000, bytes => MaaToken.Read(bytes));
        Mutation.Try(System.Buffers.Text.Base64Url.DecodeFromChars(parts[1]), 10_000, bytes => MaaVerifier.Verify(
            MaaToken.Read(Encoding.ASCII.GetBytes($"{parts[0]}.{System.Buffers.Text.Base64Url.EncodeToString(bytes)}.")),
            keys, EvidencePolicy.Default, DateTimeOffset.UnixEpoch));
        Mutation.Try(vector.Read("jwks.json")!, 5_000, bytes => MaaKeys.Read(bytes));
    }

    [Fact]
    public void Names_of_issuers() => Mutation.Try(
        Encoding.ASCII.GetBytes("did:x509:0:sha256:I__iuL25oXEVFdTP_aBLx_eT1RPHbCQ_ECBQfYZpt9s::eku:1.3.6.1::subject:CN:Micro%20soft:O:M"),
        60_000, bytes => DidX509.Parse(Encoding.Latin1.GetString(bytes)));

    [Fact]
    public void Descriptions_of_folders() => Mutation.Try(
        Vector.Open("aci-milan-v3-bundle").Read("vector.json")!, 40_000, bytes => EvidenceFolder.Open(_ => bytes));
}
