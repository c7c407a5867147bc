using System.Net;
using System.Security.Cryptography.X509Certificates;
using Stele.Server.Tests.Support;

namespace Stele.Server.Tests.Api;

/// <summary>The identity service, and the health that anyone may ask for.</summary>
public sealed class IdentityTests(LedgerFixture ledger) : IClassFixture<LedgerFixture>
{
    [Theory]
    [InlineData("")]
    [InlineData("?api-version=0.1-preview")]
    [InlineData("?api-version=2022-05-13")]
    public async Task It_tells_the_certificate_that_clients_are_to_trust(string query)
    {
        using var identity = ledger.IdentityCaller();
        var reply = (await identity.GetAsync("/ledgerIdentity/test-ledger" + query)).AssertOk();
        Assert.Equal("test-ledger", reply.Json.GetProperty("ledgerId").GetString());
        Assert.Equal(ledger.Host.LedgerUri.GetLeftPart(UriPartial.Authority), reply.Json.GetProperty("ledgerUri").GetString());
        var pem = reply.Json.GetProperty("ledgerTlsCertificate").GetString()!;
        Assert.EndsWith("-----END CERTIFICATE-----\n", pem, StringComparison.Ordinal);
        using var told = X509Certificate2.CreateFromPem(pem);
        Assert.Equal(ledger.Service.RawData, told.RawData);
    }

    [Fact]
    public async Task What_it_does_not_have_is_answered_in_the_ledgers_shape()
    {
        using var identity = ledger.IdentityCaller();
        (await identity.GetAsync("/ledgerIdentity/other"))
            .AssertError(HttpStatusCode.NotFound, "ResourceNotFound", "no ledger");
        (await identity.GetAsync("/app/enclaveQuotes"))
            .AssertError(HttpStatusCode.NotFound, "ResourceNotFound", "/ledgerIdentity/{ledgerId}");
        var wrong = await identity.SendAsync("DELETE", "/ledgerIdentity/test-ledger");
        wrong.AssertError(HttpStatusCode.MethodNotAllowed, "UnsupportedHttpVerb", "GET");
    }

    [Fact]
    public async Task Health_is_told_to_anyone()
    {
        Assert.Equal(HttpStatusCode.NoContent, (await ledger.WithoutCertificate.GetAsync("/healthz/live")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await ledger.WithoutCertificate.GetAsync("/healthz/ready")).Status);
    }
}
