using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Stele.Cryptography;
using Stele.Cryptography.Sealing;
using Stele.Governance.Constitution;
using Stele.Governance.Members;
using Stele.Governance.Nodes;
using Stele.Governance.Proposals;
using Stele.Governance.Requests;
using Stele.Governance.Service;
using Stele.Ledger.Entries;
using Stele.Ledger.Tables;
using Stele.Ledger.Transactions;

namespace Stele.Governance.Tests;

/// <summary>A consortium that governs tables in memory, one transaction after another.</summary>
internal sealed class TestConsortium : IServiceActions
{
    public const string ServiceCertificate = "-----BEGIN CERTIFICATE-----\nservice\n-----END CERTIFICATE-----\n";
    private long _clock = 1_800_000_000;
    private readonly EncryptionKey _nodeKey = EncryptionKey.Generate();
    private long _seqno;

    public TestConsortium(int members, string? constitution = null) : this(
        [.. Enumerable.Range(0, members).Select(i => new TestMember($"member{i}"))], constitution)
    {
    }

    public TestConsortium(
        TestMember[] members, string? constitution = null, int threshold = 1, Func<Genesis, Genesis>? founded = null)
    {
        Members = members;
        using var administrator = new TestMember("administrator");
        var genesis = new Genesis
        {
            ServiceCertificate = ServiceCertificate,
            Node = NodeEvidence.Virtual(new string('0', 64)),
            NodeEncryptionKey = _nodeKey.PublicKeyPem,
            NodeCertificate = "node",
            NodeCertificateRequest = "founder's request",
            Members = [.. Members.Select(member => member.ToMember())],
            RecoveryThreshold = threshold,
            Administrator = administrator.Certificate,
            Constitution = constitution ?? DefaultConstitution.Script,
            Visibility = LedgerVisibility.Private,
        };
        Run(new CreateService(founded is null ? genesis : founded(genesis)));
        Run(new OpenService());
    }

    public TestMember[] Members { get; }

    public LedgerTables Tables { get; private set; } = LedgerTables.Empty;

    /// <summary>All that was written, one transaction after another.</summary>
    public List<(TransactionId Id, WriteSet Writes)> History { get; } = [];

    public Digest Root => RootAfter(_seqno);

    /// <summary>The root that the ledger has after a transaction.</summary>
    public static Digest RootAfter(long seqno) => Digest.Of(BitConverter.GetBytes(seqno));

    /// <summary>What the next transaction is sealed with.</summary>
    public LedgerSecret Secret { get; private set; } = LedgerSecret.Generate();

    public EncryptionKey NodeKey => _nodeKey;

    public WriteSet WritesAt(SeqNo seqno) => History.FirstOrDefault(one => one.Id.SeqNo == seqno).Writes ?? new WriteSet();

    public static string Action(string name, object args) =>
        JsonSerializer.Serialize(new { actions = new[] { new { name, args } } });

    public SignedRequest Sign(TestMember member, RequestType type, string body, string? proposalId = null, long? at = null) =>
        SignedRequest.Read(RequestSigning.Sign(
            member.Key, member.Certificate, type, DateTimeOffset.FromUnixTimeSeconds(at ?? _clock++), proposalId,
            Encoding.UTF8.GetBytes(body)));

    public Proposal Propose(TestMember member, string proposal) =>
        Granted(Deliberate().Propose(Sign(member, RequestType.Proposal, proposal))).Proposal!;

    public Proposal Vote(TestMember member, Proposal proposal, bool inFavour) =>
        Granted(Deliberate().Vote(Ballot(member, proposal, inFavour), proposal.Id, member.Id)).Proposal!;

    public SignedRequest Ballot(TestMember member, Proposal proposal, bool inFavour) =>
        Sign(member, RequestType.Ballot, $$"""{"vote": {{(inFavour ? "true" : "false")}}}""", proposal.Id);

    public Deliberation Deliberate() =>
        new(Tables, Root, this, TimeProvider.System, TestContext.Current.CancellationToken);

    public Decision.Granted Granted(Decision decision)
    {
        var granted = Assert.IsType<Decision.Granted>(decision);
        Assert.True(Run(new RecordDecision(Tables, granted)));
        return granted;
    }

    public static GovernanceRefusal Refused(Decision decision) => Assert.IsType<Decision.Refused>(decision).Why;

    public T Run<T>(ICommand<T> command)
    {
        var transaction = new Transaction(new TransactionId(View.First, new SeqNo(++_seqno)), Tables, Secret);
        var result = command.Execute(transaction);
        Tables = Tables.With(transaction.Writes, transaction.Id.SeqNo);
        History.Add((transaction.Id, transaction.Writes));
        Secret = transaction.NextSecret ?? Secret;
        return result;
    }

    /// <summary>What the service endorses by a request; null where it has no real key.</summary>
    public Func<string, string>? Endorses { get; init; }

    public string EndorseNode(string certificateRequest, DateTimeOffset? validFrom, int? days) =>
        Endorses?.Invoke(certificateRequest) ?? $"endorsed {certificateRequest} for {days}";
}

/// <summary>Someone with a key and a certificate.</summary>
internal sealed class TestMember : IDisposable
{
    public TestMember(string name, ECCurve? curve = null)
    {
        Key = ECDsa.Create(curve ?? ECCurve.NamedCurves.nistP384);
        var request = new CertificateRequest($"CN={name}", Key, HashAlgorithmName.SHA384);
        Certificate = request.CreateSelfSigned(
            new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2036, 1, 1, 0, 0, 0, TimeSpan.Zero));
    }

    public ECDsa Key { get; }

    public X509Certificate2 Certificate { get; }

    public string Id => Member.IdOf(Certificate);

    public string Pem => Certificate.ExportCertificatePem();

    /// <summary>What the member's recovery share is sealed to; null where the member has nothing.</summary>
    public AsymmetricAlgorithm? Encryption { get; init; }

    public string? RecoveryRole { get; init; }

    public Member ToMember() => Member.Of(Certificate) with
    {
        EncryptionKey = Encryption?.ExportSubjectPublicKeyInfoPem(),
        RecoveryRole = RecoveryRole,
    };

    public void Dispose()
    {
        Certificate.Dispose();
        Key.Dispose();
        Encryption?.Dispose();
    }
}
