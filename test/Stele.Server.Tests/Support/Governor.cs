using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Stele.Cryptography.Cose;
using Stele.Governance.Members;
using Stele.Governance.Requests;

namespace Stele.Server.Tests.Support;

/// <summary>A member of the consortium, who sends signed requests over anybody's connection.</summary>
internal sealed class Governor : IDisposable
{
    private const string Version = "api-version=2024-07-01";
    private readonly Caller _caller;
    private readonly ECDsa _key;

    public Governor(Caller caller, X509Certificate2 certificate, ECDsa key)
    {
        (_caller, Certificate, _key) = (caller, certificate, key);
    }

    public X509Certificate2 Certificate { get; }

    public string Id => Member.IdOf(Certificate);

    /// <summary>The first member of a data directory.</summary>
    public static Governor First(Caller caller, string directory)
    {
        var key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(Path.Combine(directory, "keys", "member0.pem")));
        return new(caller, X509CertificateLoader.LoadCertificateFromFile(Path.Combine(directory, "member0_cert.pem")), key);
    }

    /// <summary>Somebody new.</summary>
    public static Governor New(Caller caller, string name)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        return new(caller, request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100)), key);
    }

    public static string Action(string name, object args) =>
        JsonSerializer.Serialize(new { actions = new[] { new { name, args } } });

    public byte[] Sign(RequestType type, string body, string? proposalId = null, long? at = null) => RequestSigning.Sign(
        _key, Certificate, type, DateTimeOffset.FromUnixTimeSeconds(at ?? Second()), proposalId,
        Encoding.UTF8.GetBytes(body));

    /// <summary>Signs what may be no request at all: any protected header, any body.</summary>
    public byte[] SignAny(byte[] header, byte[] body)
    {
        var hash = _key.KeySize switch
        {
            256 => HashAlgorithmName.SHA256,
            384 => HashAlgorithmName.SHA384,
            _ => HashAlgorithmName.SHA512,
        };
        var signature = _key.SignData(CoseSign1.SignedBytes(header, body), hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return CoseSign1.Write(header, body, signature);
    }

    /// <summary>The protected header of a request.</summary>
    public byte[] Header(RequestType type, string? proposalId = null) =>
        CoseSign1.ReadWithPayload(Sign(type, "", proposalId)).ProtectedHeader.ToArray();

    public Task<Reply> ProposeAsync(string proposal, long? at = null) =>
        PostAsync("members/proposals:create", Sign(RequestType.Proposal, proposal, at: at));

    public Task<Reply> VoteAsync(string proposal, bool inFavour) => PostAsync(
        $"members/proposals/{proposal}/ballots/{Id}:submit",
        Sign(RequestType.Ballot, $$"""{"vote":{{(inFavour ? "true" : "false")}}}""", proposal));

    /// <summary>Decides alone, as the only member.</summary>
    public async Task DecideAsync(string action, object args)
    {
        var proposal = (await ProposeAsync(Action(action, args))).AssertOk().Json.GetProperty("proposalId").GetString()!;
        var decided = (await VoteAsync(proposal, inFavour: true)).AssertOk();
        Assert.True(decided.Json.GetProperty("proposalState").GetString() == "Accepted", decided.Text);
    }

    public Task<Reply> WithdrawAsync(string proposal) =>
        PostAsync($"members/proposals/{proposal}:withdraw", Sign(RequestType.Withdrawal, "", proposal));

    /// <summary>The time by which requests are signed.</summary>
    public static long Second() => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>Acknowledges the state, and is active by that.</summary>
    public async Task<Reply> AcknowledgeAsync()
    {
        var told = (await PostAsync($"members/state-digests/{Id}:update", Sign(RequestType.StateDigest, ""))).AssertOk();
        var digest = told.Json.GetProperty("stateDigest").GetString();
        return await PostAsync(
            $"members/state-digests/{Id}:ack", Sign(RequestType.Ack, JsonSerializer.Serialize(new { stateDigest = digest })));
    }

    public Task<Reply> PostAsync(string path, byte[] body, string type = "application/cose") =>
        _caller.SendAsync("POST", $"/gov/{path}?{Version}", body, type);

    public Task<Reply> GetAsync(string path) => _caller.GetAsync($"/gov/{path}?{Version}");

    public void Dispose()
    {
        Certificate.Dispose();
        _key.Dispose();
    }
}
