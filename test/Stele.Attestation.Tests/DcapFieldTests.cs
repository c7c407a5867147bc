using System.Text.Json;
using Stele.Attestation.Dcap;

namespace Stele.Attestation.Tests;

/// <summary>Every value that others have read out of published quotes is read here the same.</summary>
public sealed class DcapFieldTests
{
    public static TheoryData<string> Names =>
        [.. Vector.All().Where(vector => vector is { Type: "dcap", Fields: not null }).Select(vector => vector.Name)];

    [Fact]
    public void All_published_quotes_are_there() => Assert.Equal(19, Names.Count);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_quote_says_what_others_have_read(string name)
    {
        var vector = Vector.Open(name);
        AssertQuote(vector.Fields!.Value, Quote.Read(vector.Read("quote.bin")));
    }

    internal static void AssertQuote(JsonElement expected, Quote quote)
    {
        Assert.Equal(expected.GetProperty("version").GetInt32(), quote.Header.Version);
        Assert.Equal(expected.GetProperty("kind").GetString(), KindOf(quote.Body));
        Assert.Equal(expected.GetProperty("trailing").GetInt32(), quote.Trailing.Length);
        Assert.Equal(expected.GetProperty("user_data").GetString(), Convert.ToHexStringLower(quote.Header.UserData));
        Assert.Equal(expected.GetProperty("debug").GetBoolean(), quote.Body.IsDebug);
        AssertSame(expected.GetProperty("body"), quote.Body is TdReport td ? Fields(td) : Fields((SgxReport)quote.Body));
        AssertSame(expected.GetProperty("qe"), Fields(quote.Signature.QuotingEnclave));
        if (quote.Body is TdReport report)
            Assert.Equal(expected.GetProperty("sept_ve_disable").GetBoolean(), report.IsSeptVeDisabled);
        AssertPlatform(expected.GetProperty("pck"), PckPlatform.Read(quote.Signature.Chain[0]));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_platform_is_at_the_level_that_others_have_found(string name)
    {
        var vector = Vector.Open(name);
        if (vector.Read("tcbinfo.json") is not { } tcbInfo) return;
        var expected = vector.Fields!.Value;
        var quote = Quote.Read(vector.Read("quote.bin"));
        var info = TcbInfo.Read(tcbInfo);
        var identity = QeIdentity.Read(vector.Read("qeidentity.json"));
        var evaluation = TcbEvaluation.Of(quote, PckPlatform.Read(quote.Signature.Chain[0]), info, identity);
        Assert.Equal(expected.GetProperty("tcb_status").GetString(), evaluation.Status?.ToString());
        Assert.Equal(expected.GetProperty("module_status").GetString(), evaluation.Module?.ToString());
        Assert.Equal(expected.GetProperty("qe_status").GetString(), evaluation.QuotingEnclave?.ToString());
        Assert.Equal(expected.GetProperty("tcb_eval_number").GetInt32(), info.Statement.EvaluationNumber);
        Assert.Equal(
            expected.GetProperty("advisories").EnumerateArray().Select(one => one.GetString()).Order(StringComparer.Ordinal),
            evaluation.Advisories.Order(StringComparer.Ordinal));
    }

    internal static void AssertReport(JsonElement expected, SgxReport report) => AssertSame(expected, Fields(report));

    private static void AssertPlatform(JsonElement expected, PckPlatform platform)
    {
        AssertSame(expected, new()
        {
            ["ppid"] = platform.Ppid,
            ["cpusvn"] = platform.CpuSvn,
            ["pceid"] = platform.PceId,
            ["fmspc"] = platform.Fmspc,
            ["platform_instance_id"] = platform.InstanceId,
        });
        Assert.Equal(expected.GetProperty("pcesvn").GetInt32(), platform.PceSvn);
        Assert.Equal(expected.GetProperty("svn").EnumerateArray().Select(svn => svn.GetInt32()), platform.ComponentSvns);
        Assert.Equal(expected.GetProperty("sgx_type").GetInt32(), platform.SgxType);
        if (expected.TryGetProperty("config", out var configuration))
            foreach (var one in configuration.EnumerateObject())
                Assert.Equal(one.Value.GetBoolean(), platform.Configuration[int.Parse(one.Name, null)]);
        else
            Assert.Empty(platform.Configuration);
    }

    // Each text or number of the one is in the other, and nothing else.
    private static void AssertSame(JsonElement expected, Dictionary<string, object?> read)
    {
        foreach (var (name, value) in read.Where(one => one.Value is not null))
        {
            var field = expected.GetProperty(name);
            if (value is byte[] bytes) Assert.Equal(field.GetString(), Convert.ToHexStringLower(bytes));
            else Assert.Equal(field.GetInt32(), Convert.ToInt32(value, null));
        }
        foreach (var field in expected.EnumerateObject().Where(one => one.Value.ValueKind == JsonValueKind.String))
            Assert.NotNull(read.GetValueOrDefault(field.Name));
    }

    private static string KindOf(IQuoteBody body) => body switch
    {
        TdReport { TeeTcbSvn2: null } => "TD10",
        TdReport => "TD15",
        _ => "SGX",
    };

    private static Dictionary<string, object?> Fields(SgxReport report) => new()
    {
        ["cpusvn"] = report.CpuSvn,
        ["miscselect"] = report.MiscSelect,
        ["attributes"] = report.Attributes,
        ["mrenclave"] = report.MrEnclave,
        ["mrsigner"] = report.MrSigner,
        ["isvprodid"] = report.ProductId,
        ["isvsvn"] = report.SecurityVersion,
        ["report_data"] = report.ReportData,
    };

    private static Dictionary<string, object?> Fields(TdReport report) => new()
    {
        ["tee_tcb_svn"] = report.TeeTcbSvn,
        ["mrseam"] = report.MrSeam,
        ["mrsignerseam"] = report.MrSignerSeam,
        ["seam_attributes"] = report.SeamAttributes,
        ["td_attributes"] = report.TdAttributes,
        ["xfam"] = report.Xfam,
        ["mrtd"] = report.MrTd,
        ["mrconfigid"] = report.MrConfigId,
        ["mrowner"] = report.MrOwner,
        ["mrownerconfig"] = report.MrOwnerConfig,
        ["rtmr0"] = report.Rtmr[0],
        ["rtmr1"] = report.Rtmr[1],
        ["rtmr2"] = report.Rtmr[2],
        ["rtmr3"] = report.Rtmr[3],
        ["report_data"] = report.ReportData,
        ["tee_tcb_svn2"] = report.TeeTcbSvn2,
        ["mrservicetd"] = report.MrServiceTd,
    };
}
