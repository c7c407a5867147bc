using System.Security.Cryptography;
using System.Text;
using Stele.Governance.Members;
using Stele.Governance.Nodes;
using Stele.Governance.Users;
using Stele.Ledger.Entries;
using Stele.Ledger.Transactions;

namespace Stele.Governance.Service;

/// <summary>The ledger's first transaction: service identity, node, members, users, constitution, each in CCF's table.</summary>
public sealed class CreateService(Genesis genesis) : ICommand<bool>
{
    private const int NodeCertificateDaysMax = 365;

    /// <inheritdoc/>
    public bool Execute(Transaction transaction)
    {
        // A node that could not know what became of its first attempt tries again.
        if (ServiceTable.Status(transaction.State) != ServiceStatus.None) return false;
        PutService(transaction);
        PutNode(transaction);
        FounderPolicy.Write(transaction.Writes, genesis.Node);
        foreach (var member in genesis.Members) PutMember(transaction, member);
        PutAdministrator(transaction);
        return true;
    }

    private static void PutMember(Transaction transaction, Member member)
    {
        var id = Encoding.UTF8.GetBytes(member.Id);
        transaction.Put(TableNames.MembersCerts, id, ServiceTable.Text(member.Certificate));
        if (member.EncryptionKey is { } key) transaction.Put(GovernanceTables.MemberEncryptionKeys, id, ServiceTable.Text(key));
        transaction.Put(TableNames.MembersInfo, id, Json.Write(json =>
        {
            json.WriteStartObject();
            json.WriteNull("member_data");
            if (member.RecoveryRole is { } role) json.WriteString("recovery_role", role);
            json.WriteString("status", member.Status.ToString());
            json.WriteEndObject();
        }));
    }

    private void PutService(Transaction transaction)
    {
        transaction.Put(
            TableNames.ServiceInfo, TableNames.SingleKey,
            ServiceTable.Info(genesis.ServiceCertificate, ServiceStatus.Opening, transaction.Id));
        transaction.Put(TableNames.ServiceConfig, TableNames.SingleKey, Json.Write(json =>
        {
            json.WriteStartObject();
            json.WriteNumber("maximum_node_certificate_validity_days", NodeCertificateDaysMax);
            json.WriteNumber("recovery_threshold", genesis.RecoveryThreshold);
            json.WriteEndObject();
        }));
        transaction.Put(TableNames.Constitution, TableNames.SingleKey, Json.Write(
            json => json.WriteStringValue(genesis.Constitution)));
        transaction.Put(ServiceTable.Ledger, TableNames.SingleKey, Json.Write(json =>
        {
            json.WriteStartObject();
            json.WriteString("ledgerType", genesis.Visibility.ToString());
            if (genesis.MembersAdmitNodes) json.WriteBoolean("membersAdmitNodes", true);
            json.WriteEndObject();
        }));
    }

    private void PutNode(Transaction transaction)
    {
        var id = Encoding.UTF8.GetBytes(genesis.Node.NodeId);
        var node = new NodeRecord(NodeStatus.Trusted, genesis.Node, genesis.NodeAddress)
        {
            CertificateRequest = genesis.NodeCertificateRequest,
            EncryptionKey = genesis.NodeEncryptionKey,
        };
        transaction.Put(TableNames.NodesInfo, id, node.ToRow());
        transaction.Put(TableNames.NodesEndorsedCertificates, id, ServiceTable.Text(genesis.NodeCertificate));
    }

    private void PutAdministrator(Transaction transaction)
    {
        var certificate = genesis.Administrator;
        var id = Encoding.UTF8.GetBytes(Convert.ToHexStringLower(SHA256.HashData(certificate.RawData)));
        transaction.Put(TableNames.UsersCerts, id, ServiceTable.Text(certificate.ExportCertificatePem() + "\n"));
        transaction.Put(TableNames.UsersInfo, id, Json.Write(json =>
        {
            json.WriteStartObject();
            json.WriteNull("user_data");
            json.WriteEndObject();
        }));
        new SetUser(genesis.FirstUser).Execute(transaction);
    }
}
