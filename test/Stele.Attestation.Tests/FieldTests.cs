using System.Text.Json;
using System.Text.Json.Nodes;
using Stele.Attestation.Azure;
using Stele.Attestation.Dcap;
using Stele.Attestation.Maa;
using Stele.Attestation.Snp;

namespace Stele.Attestation.Tests;

/// <summary>Every value in every vector is read as others have read it.</summary>
public sealed class FieldTests
{
    public static TheoryData<string> Snp => Of("snp");

    public static TheoryData<string> Aci => Of("aci-bundle");

    public static TheoryData<string> Cose => Of("attested-cose");

    public static TheoryData<string> AzureVm => Of("azure-cvm");

    public static TheoryData<string> Tokens => Of("maa");

    [Theory]
    [MemberData(nameof(Snp))]
    public void A_report_is_read_as_others_read_it(string name)
    {
        var vector = Vector.Open(name);
        var report = SnpReport.Read(vector.Read("report.bin"));
        var key = EndorsementKey.Read(vector.Read("vek.der"));
        Fields.Equal(vector.Fields!.Value, SnpFields.Of(report, key));
        Assert.Equal(vector.Judge().Claims!.Tcb, report.ReportedTcb.ToString());
    }

    [Theory]
    [MemberData(nameof(Aci))]
    public void What_a_container_shows_is_read_as_others_read_it(string name)
    {
        var vector = Vector.Open(name);
        var report = SnpReport.Read(vector.Read("report.bin"));
        var host = HostCertificates.Read(vector.Read("host-amd-certs.json"));
        var fields = vector.Fields!.Value;
        Fields.Equal(fields, SnpFields.Of(report, host.Certificates.Key), "uvm");
        Equal(fields.GetProperty("uvm"), UvmEndorsement.Read(vector.Read("uvm-endorsements.cose")));
    }

    [Theory]
    [MemberData(nameof(Cose))]
    public void An_attested_message_is_read_as_others_read_it(string name)
    {
        var vector = Vector.Open(name);
        var message = AttestedMessage.Read(vector.Read("signed.cose"));
        var fields = vector.Fields!.Value;
        Fields.Equal(fields, SnpFields.Of(message.Evidence.Snp.Report, message.Evidence.Snp.Certificates.Key), "uvm", "payload");
        Equal(fields.GetProperty("uvm"), message.Evidence.Uvm!);
        if (fields.TryGetProperty("payload", out var payload)) Assert.Equal(payload.GetString(), SnpFields.Hex(message.Payload));
    }

    [Theory]
    [MemberData(nameof(AzureVm))]
    public void What_a_virtual_machine_shows_is_read_as_others_read_it(string name)
    {
        var vector = Vector.Open(name);
        var fields = vector.Fields!.Value;
        var paravisor = HclReport.Read(vector.Read("hcl-report.bin"));
        var hcl = fields.GetProperty("hcl");
        Assert.Equal(hcl.GetProperty("version").GetUInt32(), paravisor.Version);
        Assert.Equal(hcl.GetProperty("report_size").GetUInt32(), paravisor.ReportSize);
        Assert.Equal(hcl.GetProperty("report_type").GetInt32(), paravisor.Hardware is Platform.SevSnp ? 2 : 4);
        Assert.Equal("SHA256", paravisor.Hash.Name);
        Assert.Equal(hcl.GetProperty("data_size").GetInt32(), paravisor.RuntimeClaims.Length + 20);
        Assert.True(JsonElement.DeepEquals(fields.GetProperty("claims"), JsonDocument.Parse(paravisor.RuntimeClaims).RootElement));
        var tpm = TpmQuote.Read(vector.Read("tpm-quote.msg"), vector.Read("tpm-quote.sig"), vector.Read("pcrs.json"));
        Assert.Equal(fields.GetProperty("tpm").GetProperty("nonce").GetString(), SnpFields.Hex(tpm.Nonce));
        Assert.Equal($"[[11,[{string.Join(',', tpm.Selected)}]]]", Compact(fields.GetProperty("tpm").GetProperty("selection")));
        Assert.StartsWith(SnpFields.Hex(paravisor.ClaimsDigest), fields.GetProperty("report_data").GetString(), StringComparison.Ordinal);
        if (paravisor.Hardware is Platform.SevSnp)
        {
            var report = SnpReport.Read(paravisor.HardwareReport.Span);
            Fields.Equal(fields.GetProperty("hw"), SnpFields.Of(report, EndorsementKey.Read(vector.Read("vek.der"))));
        }
        else
        {
            Assert.Equal(fields.GetProperty("report_data").GetString(), SnpFields.Hex(paravisor.TdReportData));
            DcapFieldTests.AssertQuote(fields.GetProperty("hw"), Quote.Read(vector.Read("quote.bin")));
        }
    }

    [Theory]
    [MemberData(nameof(Tokens))]
    public void A_token_is_read_as_others_read_it(string name)
    {
        var vector = Vector.Open(name);
        var token = MaaToken.Read(vector.Read("token.jwt"));
        var fields = vector.Fields!.Value;
        Assert.Equal(fields.GetProperty("header").GetProperty("alg").GetString(), token.Algorithm);
        Assert.Equal(fields.GetProperty("header").GetProperty("kid").GetString(), token.KeyId);
        Assert.True(JsonElement.DeepEquals(fields.GetProperty("claims"), token.Claims));
        if (!fields.TryGetProperty("service_quote", out var service) || service.ValueKind is JsonValueKind.Null) return;
        // The service's own quote, behind a header of 16 bytes.
        var extension = MaaKeys.Read(vector.Read("jwks.json")).Find(token.KeyId)!.Extension("1.3.6.1.4.1.311.105.1")!.Value;
        var quote = Quote.Read(extension[16..]);
        DcapFieldTests.AssertReport(service.GetProperty("body"), Assert.IsType<SgxReport>(quote.Body));
        Assert.Equal(service.GetProperty("debug").GetBoolean(), quote.Body.IsDebug);
        Assert.Equal(
            service.GetProperty("fmspc").GetString(), Convert.ToHexStringLower(PckPlatform.Read(quote.Signature.Chain[0]).Fmspc));
    }

    [Fact]
    public void A_report_says_what_Microsofts_service_read_in_it()
    {
        var vector = Vector.Open("snp-milan-v2-maa-sample-request");
        var claims = JsonDocument.Parse(vector.Read("maa-claims.json")).RootElement;
        var told = vector.Judge().Claims!;
        Assert.Equal(Claim("launchmeasurement"), SnpFields.Hex(told.Measurement));
        Assert.Equal(Claim("hostdata"), SnpFields.Hex(told.HostData));
        Assert.Equal(Claim("reportdata"), SnpFields.Hex(told.ReportData));

        string? Claim(string claim) => claims.GetProperty("x-ms-sevsnpvm-" + claim).GetString();
    }

    private static void Equal(JsonElement expected, UvmEndorsement uvm)
    {
        var fields = SnpFields.Of(uvm);
        var payload = expected.GetProperty("payload");
        Assert.Equal(payload.GetProperty("x-ms-sevsnpvm-launchmeasurement").GetString(), fields["measurement"]!.GetValue<string>());
        Assert.Equal(payload.GetProperty("x-ms-sevsnpvm-guestsvn").ToString(), fields["svn"]!.GetValue<string>());
        fields.Remove("measurement");
        fields.Remove("svn");
        // The content type decides how it was read; header names and null members say nothing of the content.
        Fields.Equal(expected, fields, "payload", "cty", "svn_hdr", "crit", "headers");
    }

    private static string Compact(JsonElement json) => JsonNode.Parse(json.GetRawText())!.ToJsonString();

    private static TheoryData<string> Of(string type) =>
        [.. Vector.All().Where(vector => vector.Type == type && vector.Fields is not null).Select(vector => vector.Name)];
}
