using System.Text;
using Stele.Attestation.Dcap;
using Stele.Attestation.Nodes;
using Stele.Attestation.Snp;
using Stele.Ledger.Entries;

namespace Stele.Governance.Nodes;

/// <summary>
/// What the node that founds a service (or recovers one) writes into the tables of who may join: what it is itself, as CCF, so
/// that its equals can.
/// </summary>
public static class FounderPolicy
{
    private static readonly byte[] Allowed = Encoding.UTF8.GetBytes("\"AllowedToJoin\"");

    // What CCF writes as the value of a set's row.
    private static readonly byte[] Unit = new byte[8];

    /// <summary>Adds the rows to what a transaction writes.</summary>
    /// <exception cref="FormatException">The evidence is none, or brings an endorsement of something else.</exception>
    public static void Write(WriteSet writes, NodeEvidence evidence)
    {
        switch (evidence.Format)
        {
            case NodeEvidence.SnpFormat: WriteSnp(writes, evidence); break;
            case NodeEvidence.TdxFormat: WriteTdx(writes, evidence); break;
            case NodeEvidence.VirtualFormat: WriteVirtual(writes, evidence); break;
        }
    }

    /// <summary>Why evidence is none to found a service on; null where it is.</summary>
    public static string? Fault(NodeEvidence evidence)
    {
        try
        {
            Write(new WriteSet(), evidence);
            return null;
        }
        catch (FormatException fault)
        {
            return fault.Message;
        }
    }

    private static void WriteSnp(WriteSet writes, NodeEvidence evidence)
    {
        var report = SnpReport.Read(evidence.Raw.Span);
        // Without the policy's text, as CCF where it is not told.
        writes.Put(JoinTables.SnpHostData, Hex(report.HostData), "\"\""u8.ToArray());
        // The endorsement stands for measurements to come as well; its own is not named beside it.
        if (evidence.Quote.ReadUvm() is not { } uvm)
            writes.Put(JoinTables.SnpMeasurements, Hex(report.Measurement), Allowed);
        else if (uvm.IsGenuineOf(report.Measurement))
            writes.Put(JoinTables.UvmEndorsements, Encoding.UTF8.GetBytes(uvm.Issuer), Json.Write(json =>
            {
                json.WriteStartObject();
                json.WriteStartObject(uvm.Feed);
                json.WriteString("svn", uvm.Svn.ToString(System.Globalization.CultureInfo.InvariantCulture));
                json.WriteEndObject();
                json.WriteEndObject();
            }));
        else
            throw new FormatException("The endorsement of the utility VM is not genuine, or of another measurement than this machine's.");
        // A report of version 2 does not tell its processor, and cannot be compared with any.
        if (report is { Product: not null, CpuId: { } cpu } && TcbRow.KeyOf(cpu) is var key)
            writes.Put(JoinTables.TcbVersions, Encoding.UTF8.GetBytes(key), TcbRow.Write(key, report.ReportedTcb));
    }

    private static void WriteTdx(WriteSet writes, NodeEvidence evidence)
    {
        var claims = DcapVerifier.Read(evidence.Raw);
        writes.Put(JoinTables.TdxMeasurements, Hex(claims.Measurement), TrustDomainRow.Write(claims));
    }

    private static void WriteVirtual(WriteSet writes, NodeEvidence evidence)
    {
        var statement = VirtualStatement.Read(evidence.Quote);
        writes.Put(JoinTables.VirtualMeasurements, Encoding.UTF8.GetBytes(statement.Measurement), Allowed);
        writes.Put(JoinTables.VirtualHostData, Hex(statement.HostData), Unit);
    }

    private static byte[] Hex(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetBytes(Convert.ToHexStringLower(bytes.Span));
}
