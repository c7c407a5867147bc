using Stele.Ledger.Entries;

namespace Stele.Governance;

/// <summary>The tables that governance alone uses, under CCF's names.</summary>
public static class GovernanceTables
{
    /// <summary>Begins the names of all tables that a constitution may read and write.</summary>
    public const string Prefix = "public:ccf.gov.";

    /// <summary>Begins the names of ACL's tables of users' roles, and of what roles may do.</summary>
    public const string RolesPrefix = "public:confidentialledger.roles.";

    /// <summary>Members' keys that recovery shares are sealed to: id to PEM.</summary>
    public static readonly TableName MemberEncryptionKeys = new("public:ccf.gov.members.encryption_public_keys");

    /// <summary>What state a member has acknowledged: id to JSON.</summary>
    public static readonly TableName MemberAcks = new("public:ccf.gov.members.acks");

    /// <summary>Proposals as they were made: id to JSON.</summary>
    public static readonly TableName Proposals = new("public:ccf.gov.proposals");

    /// <summary>What became of proposals: id to JSON.</summary>
    public static readonly TableName ProposalsInfo = new("public:ccf.gov.proposals_info");

    /// <summary>Requests as members signed them: member id to base64 in a JSON string.</summary>
    public static readonly TableName CoseHistory = new("public:ccf.gov.cose_history");

    /// <summary>The proposals that were made last, by which a repeated one is known.</summary>
    public static readonly TableName RecentProposals = new("public:ccf.gov.cose_recent_proposals");

    /// <summary>Whose tokens are taken: issuer to JSON.</summary>
    public static readonly TableName JwtIssuers = new("public:ccf.gov.jwt.issuers");

    /// <summary>Certificates that issuers are trusted by when their keys are fetched: name to PEM in a JSON string.</summary>
    public static readonly TableName CaCertBundles = new("public:ccf.gov.tls.ca_cert_bundles");

    /// <summary>The keys that tokens are signed with: key id to JSON.</summary>
    public static readonly TableName JwtKeys = new("public:ccf.gov.jwt.public_signing_keys_metadata_v2");
}
