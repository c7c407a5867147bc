using System.Text;
using System.Text.Json;
using Stele.Attestation;
using Stele.Governance.Nodes;
using Stele.Ledger.Entries;
using Stele.Ledger.Tables;
using Stele.Server.Attestation;
using Stele.Server.Attestation.Tsm;

namespace Stele.Server.Tests.Attestation;

/// <summary>What a node shows of its platform: bound to its key, endorsed where the host helps, and honest where there is none.</summary>
public sealed class NodePlatformTests : IDisposable
{
    private const string NodeId = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    private readonly string _nowhere = Path.Combine(Path.GetTempPath(), $"stele-no-{Guid.NewGuid():N}");
    private readonly KernelImitation _kernel = new(ImitatedProcessor.Shared.Report)
    {
        Certificates = ImitatedProcessor.Shared.CertificateTable,
        Floor = 0,
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _kernel.Dispose();

    [Fact]
    public async Task A_node_in_an_enclave_shows_evidence_that_stands()
    {
        var evidence = await EvidenceAsync(_kernel);
        Assert.Equal(NodeEvidence.SnpFormat, evidence.Format);
        Assert.Null(Judge(evidence));
        // Nobody trusts that processor but the tests.
        Assert.Contains("ark-pinned", Judge(evidence, TrustAnchors.Published), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evidence_without_the_hosts_certificates_is_shown_bare()
    {
        using var kernel = new KernelImitation(ImitatedProcessor.Shared.Report) { Certificates = new byte[24] };
        var evidence = await EvidenceAsync(kernel);
        Assert.True(evidence.Endorsements.IsEmpty);
        Assert.Contains("well-formed", Judge(evidence), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Certificates_that_cannot_be_read_are_not_shown()
    {
        using var kernel = new KernelImitation(ImitatedProcessor.Shared.Report)
        {
            Certificates = ImitatedProcessor.Shared.CertificateTable[..100],
        };
        await Assert.ThrowsAsync<EvidenceException>(() => EvidenceAsync(kernel));
    }

    [Fact]
    public async Task A_platform_that_speaks_of_another_key_is_not_believed()
    {
        using var other = new KernelImitation((data, level) => ImitatedProcessor.Shared.Report([.. data.Reverse()], level));
        var refused = await Assert.ThrowsAsync<EvidenceException>(() => EvidenceAsync(other));
        Assert.Contains("another key", refused.Message, StringComparison.Ordinal);
        using var odd = new KernelImitation((_, _) => [1, 2, 3]);
        refused = await Assert.ThrowsAsync<EvidenceException>(() => EvidenceAsync(odd));
        Assert.Contains("cannot be read", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trust_domains_quote_is_shown_as_it_is()
    {
        var quote = File.ReadAllBytes(SharedVectors.Require("vectors/attestation/tdx-v4-uptodate/quote.bin"));
        using var kernel = new KernelImitation((data, _) => [.. quote[..0x238], .. data, .. quote[0x278..]]) { Provider = "tdx_guest" };
        var evidence = await EvidenceAsync(kernel);
        Assert.Equal(NodeEvidence.TdxFormat, evidence.Format);
        Assert.True(evidence.Endorsements.IsEmpty);
        // The real processor signed other report data.
        Assert.Contains("quote-signature", Judge(evidence), StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_a_container_of_Azures_the_hosts_files_come_along()
    {
        var vector = SharedVectors.Require("vectors/attestation/aci-milan-v3-bundle");
        var context = Directory.CreateTempSubdirectory("stele-context-");
        var (host, uvm) = (await ReadAsync("host-amd-certs.json"), await ReadAsync("uvm-endorsements.cose"));
        await WriteAsync("host-amd-cert-base64", host);
        await WriteAsync("reference-info-base64", uvm);
        using var kernel = new KernelImitation(ImitatedProcessor.Shared.Report);
        var evidence = await EvidenceAsync(kernel, context.FullName);
        Assert.Equal(3, Encoding.ASCII.GetString(evidence.Endorsements.Span).Split("BEGIN CERTIFICATE").Length - 1);
        Assert.Equal(uvm, evidence.UvmEndorsements.ToArray());
        Assert.Contains(evidence.EndorsedTcb!, Encoding.UTF8.GetString(host), StringComparison.OrdinalIgnoreCase);
        await File.WriteAllTextAsync(Path.Combine(context.FullName, "host-amd-cert-base64"), "no base64!", Cancel);
        await Assert.ThrowsAsync<EvidenceException>(() => EvidenceAsync(kernel, context.FullName));
        context.Delete(recursive: true);

        Task<byte[]> ReadAsync(string name) => File.ReadAllBytesAsync(Path.Combine(vector, name), Cancel);
        Task WriteAsync(string name, byte[] value) =>
            File.WriteAllTextAsync(Path.Combine(context.FullName, name), Convert.ToBase64String(value) + "\n", Cancel);
    }

    [Fact]
    public async Task Without_an_enclave_a_node_is_Virtual_only_where_that_is_allowed()
    {
        var options = new PlatformOptions { TsmDirectory = _nowhere, SevGuestDevice = _nowhere };
        var refused = Assert.Throws<EvidenceException>(() => NodePlatform.Find(options, TimeProvider.System));
        Assert.Contains("--virtual", refused.Message, StringComparison.Ordinal);
        var platform = NodePlatform.Find(options with { AllowsVirtual = true }, TimeProvider.System);
        Assert.Equal("Virtual", platform.Name);
        var evidence = await platform.EvidenceAsync(NodeId, Cancel);
        Assert.True(evidence.IsVirtual);
        var nodeKey = Convert.ToBase64String(Convert.FromHexString(NodeId));
        Assert.Contains(JsonSerializer.Serialize(nodeKey), Encoding.UTF8.GetString(evidence.Raw.Span), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_there_is_an_enclave_a_node_is_never_Virtual()
    {
        var options = new PlatformOptions { AllowsVirtual = true, TsmDirectory = _kernel.Directory, SevGuestDevice = _nowhere };
        Assert.StartsWith("configfs-tsm", NodePlatform.Find(options, TimeProvider.System).Name, StringComparison.Ordinal);
        // The device of older kernels, where it is all there is: it is taken, although here it cannot be used.
        options = options with { TsmDirectory = _nowhere, SevGuestDevice = "/dev/null" };
        Assert.Equal("/dev/sev-guest", NodePlatform.Find(options, TimeProvider.System).Name);
        options = options with { SevGuestDevice = _nowhere, TdxGuestDevice = "/dev/null" };
        var refused = Assert.Throws<EvidenceException>(() => NodePlatform.Find(options, TimeProvider.System));
        Assert.Contains("configfs mounted", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"format":"AMD_SEV_SNP_v1","quote":"!","endorsements":""}""")]
    [InlineData("""{"format":1,"quote":"","endorsements":""}""")]
    [InlineData("""{"format":"AMD_SEV_SNP_v1","quote":"","endorsements":"","endorsed_tcb":5}""")]
    public void What_is_no_QuoteInfo_is_refused(string json)
    {
        using var read = JsonDocument.Parse(json);
        Assert.Throws<FormatException>(() => NodeEvidence.Parse(NodeId, read.RootElement));
    }

    [Fact]
    public async Task Evidence_survives_the_way_into_the_table_and_back()
    {
        var evidence = await EvidenceAsync(_kernel) with { UvmEndorsements = new byte[] { 1, 2 }, EndorsedTcb = "4817000000000109" };
        var read = NodeEvidence.Parse(NodeId, evidence.ToJson());
        Assert.Equal(evidence.Raw.ToArray(), read.Raw.ToArray());
        Assert.Equal(evidence.Endorsements.ToArray(), read.Endorsements.ToArray());
        Assert.Equal(evidence.UvmEndorsements.ToArray(), read.UvmEndorsements.ToArray());
        Assert.Equal((evidence.Format, evidence.EndorsedTcb), (read.Format, read.EndorsedTcb));
        Assert.Null(Judge(read with { UvmEndorsements = default, EndorsedTcb = null }));
        var other = read with { UvmEndorsements = default, EndorsedTcb = "4817000000000108" };
        Assert.Contains("endorsed-tcb", Judge(other), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_newcomers_evidence_is_refused_where_it_does_not_stand()
    {
        var evidence = await EvidenceAsync(_kernel);
        Assert.Contains("report_data-expected", Judge(evidence with { NodeId = new string('0', 64) }), StringComparison.Ordinal);
        Assert.Contains("unknown", Judge(evidence with { Format = "OE_SGX_v1" }), StringComparison.Ordinal);
        Assert.Contains("bytes", Judge(evidence with { UvmEndorsements = new byte[200_000] }), StringComparison.Ordinal);
        var changed = evidence.Raw.ToArray();
        changed[0x90] ^= 1;
        Assert.Contains("report-signature", Judge(evidence with { Raw = changed }), StringComparison.Ordinal);
        Assert.Contains("enclaves", Judge(NodeEvidence.Virtual(NodeId)), StringComparison.Ordinal);
        var lenient = new NewcomerEvidence(takesVirtual: true, TrustAnchors.Published, TimeProvider.System);
        var allowed = FoundedBy(NodeEvidence.Virtual(NodeId));
        Assert.Null(lenient.Refusal(NodeEvidence.Virtual(NodeId), allowed));
        Assert.NotNull(lenient.Refusal(NodeEvidence.Virtual(NodeId) with { NodeId = new string('0', 64) }, allowed));
        Assert.NotNull(lenient.Refusal(NodeEvidence.Virtual(NodeId) with { Endorsements = new byte[1] }, allowed));
        Assert.Contains("not accepted", lenient.Refusal(NodeEvidence.Virtual(NodeId), LedgerTables.Empty), StringComparison.Ordinal);
        // A node in an enclave lets none in that has none, whatever the tables say.
        var strict = new NewcomerEvidence(takesVirtual: false, TrustAnchors.Published, TimeProvider.System);
        Assert.Contains("enclaves", strict.Refusal(NodeEvidence.Virtual(NodeId), allowed), StringComparison.Ordinal);
    }

    internal static TsmReports Source(KernelImitation kernel) =>
        new(kernel.Directory, null, TimeProvider.System, kernel.Make, kernel.Remove);

    private static Task<NodeEvidence> EvidenceAsync(KernelImitation kernel, string? context = null)
    {
        var options = new PlatformOptions { Source = Source(kernel), SecurityContextDirectory = context };
        return NodePlatform.Find(options, TimeProvider.System).EvidenceAsync(NodeId, Cancel);
    }

    /// <summary>The tables of a ledger that a node with such evidence has founded.</summary>
    internal static LedgerTables FoundedBy(NodeEvidence evidence)
    {
        var writes = new WriteSet();
        FounderPolicy.Write(writes, evidence);
        return LedgerTables.Empty.With(writes, SeqNo.First);
    }

    private static string? Judge(NodeEvidence evidence, TrustAnchors? anchors = null)
    {
        var founder = new NodeEvidence(NodeId, NodeEvidence.SnpFormat, ImitatedProcessor.Shared.Report(new byte[64], 0));
        return new NewcomerEvidence(takesVirtual: false, anchors ?? ImitatedProcessor.Shared.Anchors, TimeProvider.System)
            .Refusal(evidence, FoundedBy(founder));
    }
}
