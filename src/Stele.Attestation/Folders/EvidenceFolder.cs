using System.Globalization;
using System.Text.Json;
using Stele.Attestation.Azure;
using Stele.Attestation.Certificates;
using Stele.Attestation.Dcap;
using Stele.Attestation.Formats;
using Stele.Attestation.Maa;
using Stele.Attestation.Snp;

namespace Stele.Attestation.Folders;

/// <summary>
/// A folder of evidence: <c>vector.json</c> says its type, the moment as of which it is judged, and the policy; beside it
/// lie the files of that type. docs/attestation.md describes them.
/// </summary>
public sealed class EvidenceFolder
{
    private const string SecurityPolicy = "cce-policy.rego";
    private readonly Func<string, byte[]?> _read;

    private EvidenceFolder(Func<string, byte[]?> read, JsonElement description)
    {
        _read = read;
        Type = EvidenceJson.Text(description, "type");
        AsOf = DateTimeOffset.TryParse(
            EvidenceJson.Text(description, "as_of"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var asOf)
            ? asOf
            : throw new FormatException("\"as_of\" is no moment.");
        Policy = FolderPolicy.Read(description);
        if (Type != "dcap" && (Policy.TrustDomains is not null || Policy.EnclaveSigners is not null))
            throw new FormatException("\"mrsigner\" and \"rtmr0\" to \"rtmr3\" are asked of Intel's quotes alone.");
        Anchors = FolderPolicy.ReadAnchors(description);
    }

    /// <summary>What kind of evidence lies there, such as <c>snp</c> or <c>dcap</c>.</summary>
    public string Type { get; }

    /// <summary>The moment as of which it is judged.</summary>
    public DateTimeOffset AsOf { get; }

    /// <summary>What is accepted.</summary>
    public EvidencePolicy Policy { get; }

    /// <summary>The roots that are trusted: the makers', unless the folder names others, as made-up evidence does.</summary>
    public TrustAnchors Anchors { get; }

    /// <summary>Whether the folder brings roots of its own: then acceptance says nothing about any hardware.</summary>
    public bool BringsItsOwnRoots => !ReferenceEquals(Anchors, TrustAnchors.Published);

    /// <summary>Opens a folder.</summary>
    /// <param name="read">Gives the bytes of a file by its name, null when there is none.</param>
    /// <exception cref="FormatException">It has no <c>vector.json</c>, or one that cannot be understood.</exception>
    public static EvidenceFolder Open(Func<string, byte[]?> read) =>
        new(read, EvidenceJson.ReadObject(read("vector.json") ?? throw new FormatException("There is no vector.json.")));

    /// <summary>Judges what lies there. What cannot be read fails the check <c>well-formed</c>.</summary>
    /// <exception cref="FormatException">A file is missing, or the type is unknown.</exception>
    public Verdict Judge() => Type switch
    {
        "snp" => Snp(),
        "cert-table" => CertificateTable(),
        "aci-bundle" => AciBundle(),
        "attested-cose" => AttestedCose(),
        "azure-cvm" => AzureVm(),
        "maa" => Token(),
        "dcap" => DcapVerifier.Verify(Dcap(), Policy, Anchors, AsOf),
        _ => throw new FormatException($"Evidence of the unknown type \"{Type}\"."),
    };

    private Verdict Snp()
    {
        var (report, key, chain, revoked) = (Need("report.bin"), Need("vek.der"), Need("ask-ark.pem"), Optional("ark.crl"));
        return Verdict.Of(() =>
        {
            var list = revoked is { } der ? RevocationList.Read(der) : null;
            var snp = new SnpEvidence(SnpReport.Read(report.Span), SnpCertificates.Read(key, chain.Span), list);
            return AciVerifier.Verify(new AciEvidence(snp, SecurityPolicy: Optional(SecurityPolicy)), Policy, Anchors, AsOf);
        });
    }

    private Verdict CertificateTable()
    {
        var (report, table) = (Need("report.bin"), Need("auxblob.bin"));
        return Verdict.Of(() => SnpVerifier.Verify(SnpReport.Read(report.Span), SnpCertificateTable.Read(table), Policy, Anchors, AsOf));
    }

    private Verdict AciBundle()
    {
        var (report, host, uvm) = (Need("report.bin"), Need("host-amd-certs.json"), Need("uvm-endorsements.cose"));
        return Verdict.Of(() =>
        {
            var certificates = HostCertificates.Read(host);
            var snp = new SnpEvidence(SnpReport.Read(report.Span), certificates.Certificates);
            return AciVerifier.Verify(
                new AciEvidence(snp, certificates.Tcb, UvmEndorsement.Read(uvm), Optional(SecurityPolicy)), Policy, Anchors, AsOf);
        });
    }

    private Verdict AttestedCose()
    {
        var message = Need("signed.cose");
        return Verdict.Of(() => AttestedMessage.Read(message).Verify(Policy, Anchors, AsOf));
    }

    private Verdict AzureVm()
    {
        var (paravisor, message, signature) = (Need("hcl-report.bin"), Need("tpm-quote.msg"), Need("tpm-quote.sig"));
        var (registers, quote) = (Need("pcrs.json"), Optional("quote.bin"));
        var (key, chain) = quote is null ? (Need("vek.der"), Need("ask-ark.pem")) : default;
        return Verdict.Of(() =>
        {
            VmEndorsement endorsement = quote is null
                ? new SnpVmEndorsement(SnpCertificates.Read(key, chain.Span))
                : new TdxVmEndorsement(Dcap());
            return AzureVmVerifier.Verify(
                new AzureVmEvidence(HclReport.Read(paravisor.Span), endorsement, TpmQuote.Read(message.Span, signature.Span, registers)),
                Policy, Anchors, AsOf);
        });
    }

    private Verdict Token()
    {
        var (token, keys) = (Need("token.jwt"), Need("jwks.json"));
        return Verdict.Of(() => MaaVerifier.Verify(MaaToken.Read(token.Span), MaaKeys.Read(keys), Policy, AsOf));
    }

    private DcapEvidence Dcap() => new(
        Need("quote.bin"),
        Optional("tcbinfo.json") is { } tcbInfo
            ? new DcapCollateral(
                tcbInfo, Need("qeidentity.json"), Need("tcb-signing-chain.pem"), Optional("pck.crl"), Optional("root.crl"))
            : null);

    private ReadOnlyMemory<byte> Need(string file) => Optional(file) ?? throw new FormatException($"There is no {file}.");

    // Not a conversion of null, which would be an empty file.
    private ReadOnlyMemory<byte>? Optional(string file) => _read(file) is { } bytes ? bytes : default(ReadOnlyMemory<byte>?);
}
