using System.Text;
using System.Text.Json;
using Stele.Attestation.Snp;
using Stele.Governance.Nodes;
using Stele.Tests;

namespace Stele.Governance.Tests;

/// <summary>
/// Evidence of real processors, as nodes would show it. What each chose as its report data stands for the digest of its key, so
/// that everything about it is genuine but that nobody has that key.
/// </summary>
internal static class RealNode
{
    /// <summary>Runs in one of Azure's confidential containers; Microsoft endorses its measurement with security version 101.</summary>
    public static NodeEvidence Endorsed
    {
        get
        {
            using var host = JsonDocument.Parse(Read("aci-milan-v3-bundle/host-amd-certs.json"));
            string Pem(string name) => host.RootElement.GetProperty(name).GetString()!;
            return OfSnp("aci-milan-v3-bundle") with
            {
                Endorsements = Encoding.ASCII.GetBytes($"{Pem("vcekCert")}\n{Pem("certificateChain")}"),
                UvmEndorsements = Read("aci-milan-v3-bundle/uvm-endorsements.cose"),
                EndorsedTcb = Pem("tcbm"),
            };
        }
    }

    /// <summary>The same, without the endorsement.</summary>
    public static NodeEvidence Measured => Endorsed with { UvmEndorsements = default };

    /// <summary>A guest whose memory its host may read.</summary>
    public static NodeEvidence Debugged => OfSnp("snp-milan-v2-vcek-debug") with { Endorsements = Chain("snp-milan-v2-vcek-debug") };

    /// <summary>A trust domain.</summary>
    public static NodeEvidence Tdx
    {
        get
        {
            var quote = Read("tdx-v4-uptodate/quote.bin");
            return new NodeEvidence(Convert.ToHexStringLower(quote.AsSpan(0x238, 32)), NodeEvidence.TdxFormat, quote);
        }
    }

    public static SnpReport Report(NodeEvidence evidence) => SnpReport.Read(evidence.Raw.Span);

    public static string Hex(ReadOnlyMemory<byte> bytes) => Convert.ToHexStringLower(bytes.Span);

    private static NodeEvidence OfSnp(string vector)
    {
        var report = Read($"{vector}/report.bin");
        return new NodeEvidence(Hex(SnpReport.Read(report).ReportData[..32]), NodeEvidence.SnpFormat, report);
    }

    private static byte[] Chain(string vector) => Encoding.ASCII.GetBytes(
        System.Security.Cryptography.PemEncoding.WriteString("CERTIFICATE", Read($"{vector}/vek.der")) + "\n"
        + Encoding.ASCII.GetString(Read($"{vector}/ask-ark.pem")));

    private static byte[] Read(string path) => File.ReadAllBytes(SharedVectors.Require($"vectors/attestation/{path}"));
}
