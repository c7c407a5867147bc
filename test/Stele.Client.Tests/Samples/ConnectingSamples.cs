using System.Security.Cryptography.X509Certificates;
using Azure;
using Azure.Core;
using Stele.Attestation;
using Stele.Client.Tests.Support;

namespace Stele.Client.Tests.Samples;

/// <summary>The README's snippets about connecting.</summary>
public sealed class ConnectingSamples(Scene scene)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Begin_with_what_stele_up_has_made()
    {
        var (data, identityService) = (Path.GetDirectoryName(scene.PathOf("head"))!, scene.IdentityService);

        #region Snippet:Begin
        var options = new LedgerClientOptions
        {
            IdentityAuthority = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(data, "identity_ca.pem")),
        };
        var credential = X509Certificate2.CreateFromPemFile(Path.Combine(data, "administrator.pem"));

        // A Virtual node proves nothing: that this is meant has to be said.
        var policy = EvidencePolicy.Default with { AllowVirtual = true };
        var client = await LedgerClient.ConnectAsync(identityService, "my-ledger", credential, policy, options);

        PostEntryOperation operation = await client.PostEntryAsync(WaitUntil.Completed, "Hello world!");
        VerifiedEntry entry = await client.GetVerifiedEntryAsync(operation.Value);
        Console.WriteLine($"{entry.TransactionId}: {entry.Contents}");
        #endregion

        Assert.Equal("Hello world!", entry.Contents);
    }

    [Fact]
    public async Task Connect_and_attest()
    {
        var (identityService, certificateFile) = (scene.IdentityService, scene.PathOf("administrator.pem"));
        var options = scene.Options;
        var policyFile = Path.GetTempFileName();
        await File.WriteAllTextAsync(policyFile, """{"virtual": true}""", Cancel);

        #region Snippet:Connect
        var credential = X509Certificate2.CreateFromPemFile(certificateFile);
        var policy = EvidencePolicy.Read(File.ReadAllBytes(policyFile));
        var client = await LedgerClient.ConnectAsync(identityService, "my-ledger", credential, policy, options);
        #endregion

        #region Snippet:ConnectSync
        client = LedgerClient.Connect(identityService, "my-ledger", credential, policy, options);
        #endregion

        Assert.Equal(scene.Ledger, client.Endpoint);
        File.Delete(policyFile);
    }

    [Fact]
    public async Task Connect_with_a_certificate_that_is_known()
    {
        var (address, serviceCertificateFile) = (scene.Ledger.ToString(), scene.PathOf("service_cert.pem"));
        var certificateFile = scene.PathOf("administrator.pem");

        #region Snippet:Construct
        var options = new LedgerClientOptions
        {
            ServiceCertificate = X509CertificateLoader.LoadCertificateFromFile(serviceCertificateFile),
        };
        var client = new LedgerClient(new Uri(address), X509Certificate2.CreateFromPemFile(certificateFile), options);
        #endregion

        await client.GetCollectionsAsync(Cancel).ToListAsync(Cancel);
    }

    [Fact]
    public void Connect_with_tokens()
    {
        TokenCredential credential = new FakeCredential();
        var (endpoint, options) = (scene.Ledger, scene.Options);

        #region Snippet:Token
        // Any TokenCredential: DefaultAzureCredential of Azure.Identity, or one's own.
        var client = new LedgerClient(endpoint, credential, options);
        #endregion

        // It is of no issuer that this ledger's members trust.
        Assert.Equal(401, Assert.Throws<RequestFailedException>(() => client.GetCurrentEntry(cancellationToken: Cancel)).Status);
    }

    [Fact]
    public async Task Ask_the_identity_service()
    {
        var (identityService, identityAuthority) = (scene.IdentityService, scene.IdentityAuthority);

        #region Snippet:Identity
        var identities = new LedgerIdentityClient(
            identityService, new LedgerClientOptions { IdentityAuthority = identityAuthority });
        LedgerIdentity identity = await identities.GetLedgerIdentityAsync("my-ledger");
        Console.WriteLine(identity.ServiceCertificate.ExportCertificatePem());
        #endregion

        Assert.Equal(scene.ServiceCertificate.RawData, identity.ServiceCertificate.RawData);
    }

    [Fact]
    public void Choose_versions_and_retries()
    {
        #region Snippet:Options
        var options = new LedgerClientOptions(LedgerClientOptions.ServiceVersion.V2022_05_13)
        {
            Retry = { MaxRetries = 5, Delay = TimeSpan.FromMilliseconds(200), NetworkTimeout = TimeSpan.FromSeconds(30) },
            Diagnostics = { ApplicationId = "accounts" },
        };
        #endregion

        Assert.Equal(5, options.Retry.MaxRetries);
    }
}
