using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Stele.Governance.Members;
using Stele.Governance.Nodes;
using Stele.Governance.Proposals;
using Stele.Governance.Recovery;
using Stele.Governance.Requests;
using Stele.Governance.Service;
using Stele.Governance.Tokens;
using Stele.Governance.Users;
using Stele.Ledger.Entries;
using Stele.Ledger.Tables;

namespace Stele.Governance.Constitution;

/// <summary>
/// A constitution writes rows that nodes live by. Rows that they could not read would stop them all: a proposal that leaves such
/// rows fails.
/// </summary>
internal static class Soundness
{
    /// <summary>What is wrong with the tables as a proposal leaves them; none when nothing is.</summary>
    public static string? Of(LedgerTables before, GovernanceState after, ConstitutionRunner runner)
    {
        try
        {
            bool Changes(params ReadOnlySpan<TableName> tables) => tables.ToArray().Any(table => after.Writes.Find(table) is not null);
            if (Changes(TableNames.MembersCerts, TableNames.MembersInfo, GovernanceTables.MemberEncryptionKeys))
            {
                ReadMembers(after.Tables);
                if (MemberTable.List(after.Tables).All(member => member.Status != MemberStatus.Active))
                    return "No active member would be left.";
            }
            if (Changes(TableNames.NodesInfo)) _ = NodeTable.List(after.Tables).Count();
            if (FaultOfUsers(after) is { } nobody) return nobody;
            if (Changes(GovernanceTables.JwtIssuers, GovernanceTables.CaCertBundles, GovernanceTables.JwtKeys)) ReadIssuers(after.Tables);
            if (Changes(GovernanceTables.ProposalsInfo)) _ = ProposalTable.List(after.Tables).Count();
            if (Changes([.. JoinTables.All])) _ = JoinPolicy.Read(after.Tables);
            if (Changes(TableNames.ServiceInfo) && ServiceSteps.Fault(before, Service(after.Tables), ServiceSteps.OfMembers) is { } turn)
                return turn;
            if (ShareRules.FaultOf(before, after) is { } lack) return lack;
            var constitution = ServiceTable.Constitution(after.Tables);
            return constitution != ServiceTable.Constitution(before) && runner.Check(constitution) is { } error
                ? $"The constitution cannot be taken: {error}"
                : null;
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException or FormatException
            or ArgumentException or CryptographicException)
        {
            return $"It would leave rows that a node cannot read: {fault.Message}";
        }
    }

    private static ReadOnlyMemory<byte>? Service(LedgerTables tables) =>
        tables.TryGet(TableNames.ServiceInfo, TableNames.SingleKey, out var row) ? row : default(ReadOnlyMemory<byte>?);

    // Whoever is listed as a user is one.
    private static string? FaultOfUsers(GovernanceState after) => (after.Writes.Find(TableNames.UserRoles)?.Writes ?? [])
        .Select(write => write.Value is { } roles ? UserTable.FaultOf(after.Tables, write.Key, roles) : null)
        .FirstOrDefault(fault => fault is not null);

    private static void ReadIssuers(LedgerTables tables)
    {
        foreach (var issuer in TokenIssuer.List(tables)) _ = issuer.Authorities(tables);
        _ = TokenKeyTable.Of(tables, issuer: "");
    }

    private static void ReadMembers(LedgerTables tables)
    {
        var members = MemberTable.List(tables).ToList();
        MemberEncryptionKey.CheckAll(members);
        foreach (var member in members)
        {
            using var certificate = X509Certificate2.CreateFromPem(member.Certificate);
            using var signing = certificate.GetECDsaPublicKey()
                ?? throw new FormatException("a member's certificate has no key on an elliptic curve, and members sign with such keys");
            if (!CurveOrders.Has(signing.ExportParameters(includePrivateParameters: false).Curve))
                throw new FormatException("a member's key is on none of the curves P-256, P-384 and P-521, which members sign with");
            if (member.EncryptionKey is null && member.RecoveryRole is RecoveryRole.Participant or RecoveryRole.Owner)
                throw new FormatException("a member without an encryption key has no part in recoveries");
        }
    }
}
