using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Stele.Cryptography.Sharing;
using Stele.Governance.Members;
using Stele.Governance.Recovery;
using Stele.Ledger.Entries;
using Stele.Ledger.Files;
using Stele.Ledger.Tables;
using Stele.Server.Attestation;
using Stele.Server.Hosting;
using Stele.Server.Tests.Support;

namespace Stele.Server.Tests.Governing;

/// <summary>Members fetch their recovery shares, open them with their own keys, and together open the ledger's entries.</summary>
public sealed class SharesTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("stele-shares-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void No_ledger_is_founded_with_one_encryption_key_of_two_members()
    {
        var (one, other) = (new Person("one").ToMember(), new Person("other").ToMember());
        var fault = Assert.Throws<FormatException>(
            () => FoundingConsortium.Of([one, other with { EncryptionKey = one.EncryptionKey }], null));
        Assert.Contains("the same encryption key", fault.Message, StringComparison.Ordinal);
        Assert.Equal(2, FoundingConsortium.Of([one, other], null).RecoveryThreshold);
    }

    [Fact]
    public async Task Two_of_three_members_open_the_ledger_and_one_does_not()
    {
        var people = Enumerable.Range(0, 3).Select(i => new Person($"member{i}")).ToList();
        await using (var host = await StartAsync(FoundingConsortium.Of([.. people.Select(person => person.ToMember())], null)))
        {
            using var caller = CallerOf(host);
            var members = people.Select(person => new Governor(caller, person.Certificate, person.Key)).ToList();
            // Nobody is active yet, and nobody holds a share.
            (await members[0].GetAsync($"recovery/encrypted-shares/{members[0].Id}"))
                .AssertError(HttpStatusCode.NotFound, "ResourceNotFound", members[0].Id);
            foreach (var member in members) Assert.Equal(HttpStatusCode.NoContent, (await member.AcknowledgeAsync()).Status);
            foreach (var (person, member) in people.Zip(members)) await person.FetchAsync(member);
        }
        Assert.False(File.Exists(Path.Combine(_directory, "member0_cert.pem")));
        Assert.True(Opens(people[0], people[1]));
        Assert.True(Opens(people[2], people[1]));
        Assert.All(people, person => Assert.False(Opens(person)));
        // It starts again without its members being named.
        await using var again = await StartAsync(consortium: null);
    }

    [Fact]
    public async Task Once_members_raised_the_threshold_two_of_three_open_nothing()
    {
        var people = Enumerable.Range(0, 3).Select(i => new Person($"member{i}")).ToList();
        await using (var host = await StartAsync(FoundingConsortium.Of([.. people.Select(person => person.ToMember())], null)))
        {
            using var caller = CallerOf(host);
            var members = people.Select(person => new Governor(caller, person.Certificate, person.Key)).ToList();
            foreach (var member in members) Assert.Equal(HttpStatusCode.NoContent, (await member.AcknowledgeAsync()).Status);
            var raise = Governor.Action("set_recovery_threshold", new { recovery_threshold = 3 });
            var proposal = (await members[0].ProposeAsync(raise)).AssertOk().Json.GetProperty("proposalId").GetString()!;
            (await members[0].VoteAsync(proposal, inFavour: true)).AssertOk();
            var decided = (await members[1].VoteAsync(proposal, inFavour: true)).AssertOk().Json;
            Assert.Equal("Accepted", decided.GetProperty("proposalState").GetString());
            foreach (var (person, member) in people.Zip(members)) await person.FetchAsync(member);
        }
        Assert.False(Opens(people[0], people[1]));
        Assert.True(Opens([.. people]));
    }

    [Fact]
    public async Task The_first_member_has_a_share_from_the_beginning()
    {
        await using (var host = await StartAsync(consortium: null))
        {
            using var caller = CallerOf(host);
            using var member = Governor.First(caller, _directory);
            var person = new Person(member.Certificate, File.ReadAllText(Path.Combine(_directory, "keys", "member0_enc.pem")));
            await person.FetchAsync(member);
            Assert.True(Opens(person));
            var shown = (await member.GetAsync($"service/members/{member.Id}")).AssertOk().Json;
            Assert.Equal(
                File.ReadAllText(Path.Combine(_directory, "member0_enc_pubk.pem")), shown.GetProperty("publicEncryptionKey").GetString());
        }
        // The person has taken the keys away.
        File.Delete(Path.Combine(_directory, "keys", "member0.pem"));
        File.Delete(Path.Combine(_directory, "keys", "member0_enc.pem"));
        await using var again = await StartAsync(consortium: null);
    }

    private Task<LedgerHost> StartAsync(FoundingConsortium? consortium) => LedgerHost.StartAsync(
        new LedgerHostOptions
        {
            DataDirectory = _directory,
            Port = 0,
            IdentityPort = 0,
            StopsOnSignals = false,
            Consortium = consortium,
            Platform = new PlatformOptions { AllowsVirtual = true },
        },
        TestContext.Current.CancellationToken);

    private Caller CallerOf(LedgerHost host) => new(
        host.LedgerUri, X509CertificateLoader.LoadCertificateFromFile(Path.Combine(_directory, "service_cert.pem")), certificate: null);

    // From the ledger's files and the shares alone.
    private bool Opens(params Person[] people)
    {
        using var key = SharedKey.Combine([.. people.Select(person => SecretShare.Parse(person.Share))]);
        var entries = Entries().ToList();
        var tables = entries.Aggregate(LedgerTables.Empty, (before, entry) => before.With(entry.PublicWrites, entry.Id.SeqNo));
        try
        {
            using var secret = key.Unwrap(RecoveryShares.Find(tables)!.WrappedSecret.Span);
            return entries.All(entry => entry.TryOpen(secret, out _));
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private IEnumerable<LedgerEntry> Entries()
    {
        foreach (var chunk in LedgerDirectory.Chunks(Path.Combine(_directory, "ledger")))
        {
            using var reader = ChunkReader.Open(chunk);
            while (reader.TryReadNext(out _, out var bytes)) yield return LedgerEntry.Parse(bytes);
        }
    }

    private sealed class Person
    {
        private readonly string _decryption;

        public Person(string name)
        {
            Key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
            Certificate = new CertificateRequest($"CN={name}", Key, HashAlgorithmName.SHA384)
                .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
            using var rsa = RSA.Create(2048);
            _decryption = rsa.ExportPkcs8PrivateKeyPem();
            EncryptionKey = rsa.ExportSubjectPublicKeyInfoPem();
        }

        public Person(X509Certificate2 certificate, string decryption) =>
            (Certificate, Key, _decryption) = (certificate, null!, decryption);

        public X509Certificate2 Certificate { get; }

        public ECDsa Key { get; }

        public byte[] Share { get; private set; } = [];

        private string? EncryptionKey { get; }

        public Member ToMember() => Member.Of(Certificate) with { EncryptionKey = EncryptionKey };

        public async Task FetchAsync(Governor member)
        {
            var answer = (await member.GetAsync($"recovery/encrypted-shares/{member.Id}")).AssertOk().Json;
            Assert.Equal(member.Id, answer.GetProperty("memberId").GetString());
            Share = MemberEncryptionKey.Open(_decryption, member.Id, answer.GetProperty("encryptedShare").GetBytesFromBase64());
        }
    }
}
