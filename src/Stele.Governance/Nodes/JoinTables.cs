using Stele.Ledger.Entries;

namespace Stele.Governance.Nodes;

/// <summary>The tables of what a node must run on, and run, to be let in: CCF's names and rows, but for TDX, which CCF has not.</summary>
public static class JoinTables
{
    /// <summary>SNP: measurements (hexadecimal); the value means nothing.</summary>
    public static readonly TableName SnpMeasurements = new($"{Nodes}snp.measurements");

    /// <summary>SNP: host data (hexadecimal) to the security policy whose digest it is, a text that may be empty.</summary>
    public static readonly TableName SnpHostData = new($"{Nodes}snp.host_data");

    /// <summary>SNP: who endorses utility VMs (<c>did:x509</c>) to <c>{feed: {"svn": "101"}}</c>.</summary>
    public static readonly TableName UvmEndorsements = new($"{Nodes}snp.uvm_endorsements");

    /// <summary>SNP: processors (CPUID, 8 hexadecimal digits) to the oldest firmware, component by component.</summary>
    public static readonly TableName TcbVersions = new($"{Nodes}snp.tcb_versions");

    /// <summary>TDX: measurements (MRTD, hexadecimal) to a list of <c>{"rtmr0": …}</c>, of which a node must show one.</summary>
    public static readonly TableName TdxMeasurements = new($"{Nodes}tdx.measurements");

    /// <summary>Virtual: measurements (any text); the value means nothing.</summary>
    public static readonly TableName VirtualMeasurements = new($"{Nodes}virtual.measurements");

    /// <summary>Virtual: host data (hexadecimal); the value means nothing.</summary>
    public static readonly TableName VirtualHostData = new($"{Nodes}virtual.host_data");

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<TableName> All =
        [SnpMeasurements, SnpHostData, UvmEndorsements, TcbVersions, TdxMeasurements, VirtualMeasurements, VirtualHostData];

    private const string Nodes = $"{GovernanceTables.Prefix}nodes.";
}
