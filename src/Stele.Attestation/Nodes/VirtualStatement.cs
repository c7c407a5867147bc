using System.Buffers;
using System.Text;
using System.Text.Json;
using Stele.Attestation.Formats;

namespace Stele.Attestation.Nodes;

/// <summary>
/// What a node says that runs in no enclave: CCF's JSON of <c>measurement</c> (any text), <c>host_data</c> (hexadecimal) and
/// <c>report_data</c> (base64). Nobody signed it, and it proves nothing.
/// </summary>
public sealed class VirtualStatement
{
    private const int SizeMax = 64 * 1024;
    private const int HostDataSize = 32;
    private const int ReportDataSize = 64;
    private readonly bool _isBare;

    private VirtualStatement(string measurement, byte[] hostData, byte[] reportData, bool isBare) =>
        (Measurement, HostData, ReportData, _isBare) = (measurement, hostData, reportData, isBare);

    /// <summary>What it says to run.</summary>
    public string Measurement { get; }

    /// <summary>What it says that its host bound to it: 32 bytes.</summary>
    public ReadOnlyMemory<byte> HostData { get; }

    /// <summary>What it chose itself: 64 bytes, zeros behind what it says.</summary>
    public ReadOnlyMemory<byte> ReportData { get; }

    /// <summary>Reads a statement.</summary>
    /// <exception cref="FormatException">It is none, or of other sizes.</exception>
    public static VirtualStatement Read(NodeQuote quote)
    {
        if (quote.Raw.Length > SizeMax) throw new FormatException($"A statement of over {SizeMax} bytes.");
        var json = EvidenceJson.ReadObject(quote.Raw);
        var hostData = Convert.FromHexString(EvidenceJson.Text(json, "host_data"));
        if (hostData.Length != HostDataSize) throw new FormatException($"host_data must have {HostDataSize} bytes.");
        var said = Convert.FromBase64String(EvidenceJson.Text(json, "report_data"));
        if (said.Length > ReportDataSize) throw new FormatException($"report_data has over {ReportDataSize} bytes.");
        var reportData = new byte[ReportDataSize];
        said.CopyTo(reportData, 0);
        return new VirtualStatement(EvidenceJson.Text(json, "measurement"), hostData, reportData, quote.IsBare);
    }

    /// <summary>The statement as JSON.</summary>
    /// <param name="measurement">What is to be said to run.</param>
    /// <param name="reportData">The digest of the node's key.</param>
    public static byte[] Write(string measurement, ReadOnlySpan<byte> reportData)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("measurement", measurement);
            json.WriteString("host_data", new string('0', 2 * HostDataSize));
            json.WriteString("report_data", Convert.ToBase64String(reportData));
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Judges it: it is refused unless the policy allows what proves nothing.</summary>
    public Verdict Verify(EvidencePolicy policy)
    {
        const string Nothing = "Virtual: there is no enclave, and nothing of this is attested.";
        var checks = new CheckList();
        checks.Add("well-formed", true, "");
        if (policy.AllowVirtual) checks.NotMade("not-virtual", Nothing);
        else checks.Add("not-virtual", false, Nothing);
        checks.Add("virtual-bare", _isBare, "Something is shown as endorsing it, where nothing can be endorsed.");
        var measurement = Encoding.UTF8.GetBytes(Measurement);
        if (policy.Measurements is { } accepted)
            Appraisal.CheckOneOf(checks, "measurement-expected", accepted, measurement, value => Encoding.UTF8.GetString(value.Span));
        Appraisal.CheckValues(checks, policy with { Measurements = null }, measurement, HostData, ReportData);
        return new Verdict(
            new AttestationClaims
            {
                Platform = Platform.Virtual,
                Measurement = measurement,
                HostData = HostData,
                ReportData = ReportData,
                // Whoever runs the process reads its memory.
                Debug = true,
            },
            checks.All);
    }
}
