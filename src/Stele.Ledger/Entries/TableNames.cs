namespace Stele.Ledger.Entries;

/// <summary>The tables that CCF and ACL have names for.</summary>
public static class TableNames
{
    /// <summary>The key of a table with one row: eight zero bytes.</summary>
    public static readonly ReadOnlyMemory<byte> SingleKey = new byte[8];

    /// <summary>The node's raw signature over the Merkle root.</summary>
    public static readonly TableName Signatures = new("public:ccf.internal.signatures");

    /// <summary>The service's COSE_Sign1 signature over the Merkle root.</summary>
    public static readonly TableName CoseSignatures = new("public:ccf.internal.cose_signatures");

    /// <summary>The Merkle tree under a signature.</summary>
    public static readonly TableName Tree = new("public:ccf.internal.tree");

    /// <summary>The newest snapshot that the ledger vouches for: its digest and its seqno.</summary>
    public static readonly TableName SnapshotEvidence = new("public:ccf.internal.snapshot_evidence");

    /// <summary>Nodes: id to JSON.</summary>
    public static readonly TableName NodesInfo = new("public:ccf.gov.nodes.info");

    /// <summary>The certificates that the service endorsed for nodes: id to PEM.</summary>
    public static readonly TableName NodesEndorsedCertificates = new("public:ccf.gov.nodes.endorsed_certificates");

    /// <summary>The service: its certificate and status.</summary>
    public static readonly TableName ServiceInfo = new("public:ccf.gov.service.info");

    /// <summary>The certificate of the service that this one recovered, as a JSON string.</summary>
    public static readonly TableName PreviousServiceIdentity = new("public:ccf.gov.service.previous_service_identity");

    /// <summary>The service's settings.</summary>
    public static readonly TableName ServiceConfig = new("public:ccf.gov.service.config");

    /// <summary>The constitution, as a JSON string.</summary>
    public static readonly TableName Constitution = new("public:ccf.gov.constitution");

    /// <summary>Members' certificates: id to PEM.</summary>
    public static readonly TableName MembersCerts = new("public:ccf.gov.members.certs");

    /// <summary>Members: id to JSON.</summary>
    public static readonly TableName MembersInfo = new("public:ccf.gov.members.info");

    /// <summary>Users' certificates: id to PEM.</summary>
    public static readonly TableName UsersCerts = new("public:ccf.gov.users.certs");

    /// <summary>Users: id to JSON.</summary>
    public static readonly TableName UsersInfo = new("public:ccf.gov.users.info");

    /// <summary>ACL's roles of users: the user's id as a JSON string to a JSON array of roles.</summary>
    public static readonly TableName UserRoles = new("public:confidentialledger.roles.user_roles_mapping");

    /// <summary>ACL's entries of a public ledger: collection to contents.</summary>
    public static readonly TableName PublicLogs = new("public:confidentialledger.logs");

    /// <summary>ACL's entries of a private ledger: collection to contents.</summary>
    public static readonly TableName PrivateLogs = new("private:confidentialledger.logs");

    /// <summary>The tags of an entry of a public ledger: collection to a JSON array.</summary>
    public static readonly TableName PublicTags = new("public:confidentialledger.tags");

    /// <summary>The tags of an entry of a private ledger: collection to a JSON array.</summary>
    public static readonly TableName PrivateTags = new("private:confidentialledger.tags");
}
