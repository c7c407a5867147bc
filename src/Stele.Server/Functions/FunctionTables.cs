using Stele.Governance;
using Stele.Ledger.Entries;

namespace Stele.Server.Functions;

/// <summary>Where the code stands that users wrote: in clear, so that an auditor reads what ran.</summary>
internal static class FunctionTables
{
    /// <summary>User-defined functions: id to code.</summary>
    public static readonly TableName Functions = new("public:confidentialledger.user_defined_functions");

    /// <summary>User-defined endpoints: method and path to properties, as JSON.</summary>
    public static readonly TableName Endpoints = new("public:confidentialledger.user_defined_endpoints");

    /// <summary>The modules of user-defined endpoints: name to code.</summary>
    public static readonly TableName Modules = new("public:confidentialledger.user_defined_modules");

    /// <summary>What no run may use more of, by the members' vote (<c>set_js_runtime_options</c>): JSON.</summary>
    public static readonly TableName MembersLimits = new("public:ccf.gov.js_runtime_options");

    /// <summary>What a run may use: one row, JSON.</summary>
    public static readonly TableName RuntimeOptions = new("public:confidentialledger.js_runtime_options");

    private const string OwnPrefix = "confidentialledger.";
    private const string SystemPrefix = "ccf.";
    private const int NameLengthMax = 256;

    /// <summary>What a script may do with a table.</summary>
    public static TableUse UseOf(TableName table, TableName entries)
    {
        if (table == entries || table == TableNames.PublicLogs || table == TableNames.PrivateLogs) return TableUse.Entries;
        if (table.Value.StartsWith(GovernanceTables.RolesPrefix, StringComparison.Ordinal)) return TableUse.Read;
        var colon = table.Value.IndexOf(':', StringComparison.Ordinal);
        var name = table.Value[(colon + 1)..];
        var isSound = name.Length is > 0 and <= NameLengthMax && !table.Value.Any(char.IsControl)
            && (colon < 0 || table.Value[..colon] is "public" or "private");
        var isOurs = name.StartsWith(OwnPrefix, StringComparison.OrdinalIgnoreCase)
            || name.StartsWith(SystemPrefix, StringComparison.OrdinalIgnoreCase);
        return isSound && !isOurs ? TableUse.ReadAndWrite : TableUse.None;
    }
}

/// <summary>What a script may do with a table.</summary>
internal enum TableUse
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Read the newest entry of a collection.</summary>
    Entries,

    /// <summary>Read.</summary>
    Read,

    /// <summary>Read and write: it is the application's own.</summary>
    ReadAndWrite,
}
