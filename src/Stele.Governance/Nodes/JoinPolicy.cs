using System.Text;
using System.Text.Json;
using Stele.Attestation;
using Stele.Attestation.Azure;
using Stele.Ledger.Entries;
using Stele.Ledger.Tables;

namespace Stele.Governance.Nodes;

/// <summary>What a node must run on, and run, to be let in. What the tables do not name is refused.</summary>
public sealed record JoinPolicy
{
    private const int MeasurementSize = 48;
    private const int HostDataSize = 32;

    /// <summary>What is asked of SEV-SNP: host data, a measurement or who endorses it, and the firmware's level.</summary>
    public required EvidencePolicy Snp { get; init; }

    /// <summary>What is asked of TDX: a measurement, and with it registers. Of Intel's collateral there is none here.</summary>
    public required EvidencePolicy Tdx { get; init; }

    /// <summary>What is asked of a node without an enclave: that it says what the others say.</summary>
    public required EvidencePolicy Virtual { get; init; }

    /// <summary>Reads the tables.</summary>
    /// <exception cref="FormatException">A row is not as it must be.</exception>
    public static JoinPolicy Read(LedgerTables tables) => new()
    {
        Snp = new EvidencePolicy
        {
            HostData = [.. Keys(tables, JoinTables.SnpHostData).Select(key => Hex(key, HostDataSize))],
            Measurements = [.. Keys(tables, JoinTables.SnpMeasurements).Select(key => Hex(key, MeasurementSize))],
            UvmEndorsers = [.. tables.Rows(JoinTables.UvmEndorsements).SelectMany(row => Endorsers(Text(row.Key), row.Value))],
            MinimumTcbByCpu = tables.Rows(JoinTables.TcbVersions)
                .Select(row => TcbRow.Read(Text(row.Key), row.Value)).ToDictionary(row => row.Cpu, row => row.Minimum),
            TcbStatuses = null,
        },
        Tdx = new EvidencePolicy
        {
            TrustDomains = [.. tables.Rows(JoinTables.TdxMeasurements).SelectMany(row => TrustDomainRow.Read(Text(row.Key), row.Value))],
            TcbStatuses = null,
        },
        Virtual = new EvidencePolicy
        {
            AllowVirtual = true,
            Measurements = [.. tables.Rows(JoinTables.VirtualMeasurements).Select(row => row.Key)],
            HostData = [.. Keys(tables, JoinTables.VirtualHostData).Select(key => Hex(key, HostDataSize))],
            TcbStatuses = null,
        },
    };

    /// <summary>Judges a node's evidence as of a moment: genuine, as the tables demand, and about the node's key.</summary>
    public Verdict Judge(NodeEvidence evidence, TrustAnchors anchors, DateTimeOffset asOf)
    {
        var policy = evidence.Format switch
        {
            NodeEvidence.SnpFormat => Snp,
            NodeEvidence.TdxFormat => Tdx,
            NodeEvidence.VirtualFormat => Virtual,
            // Refused as a format that nobody knows.
            _ => EvidencePolicy.Default,
        };
        return evidence.Quote.Verify(policy with { ReportData = Convert.FromHexString(evidence.NodeId) }, anchors, asOf);
    }

    private static IEnumerable<string> Keys(LedgerTables tables, TableName table) => tables.Rows(table).Select(row => Text(row.Key));

    private static IEnumerable<UvmEndorser> Endorsers(string did, ReadOnlyMemory<byte> value)
    {
        using var feeds = RowJson.Object(value);
        return [.. feeds.RootElement.EnumerateObject().Select(feed => new UvmEndorser(did, feed.Name, Svn(feed.Value)))];
    }

    private static ulong Svn(JsonElement feed) => RowJson.Number(RowJson.Text(feed, "svn"));

    internal static ReadOnlyMemory<byte> Hex(string text, int size)
    {
        var bytes = Convert.FromHexString(text);
        return bytes.Length == size ? bytes : throw new FormatException($"{text} has no {size} bytes.");
    }

    private static string Text(ReadOnlyMemory<byte> key) => Encoding.UTF8.GetString(key.Span);
}
