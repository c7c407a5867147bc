using System.Text;
using System.Text.Json;
using Stele.Receipts;
using Stele.Server.Tests.Support;

namespace Stele.Server.Tests.Api;

/// <summary>Receipts: each verifies offline against the service certificate alone.</summary>
public sealed class ReceiptTests(LedgerFixture ledger) : IClassFixture<LedgerFixture>
{
    private readonly Caller _caller = ledger.Contributor;

    [Theory]
    [InlineData("2022-05-13")]
    [InlineData("2024-12-09-preview")]
    [InlineData("2026-07-31-preview")]
    public async Task A_receipt_proves_the_entry(string version)
    {
        var id = await _caller.AppendAsync("evidence é", "proven");
        var reply = (await ledger.Reader.GetAsync($"/app/transactions/{id}/receipt?api-version={version}")).AssertOk();
        Assert.Equal("Ready", reply.Json.GetProperty("state").GetString());
        var document = ReceiptJson.Read(Encoding.UTF8.GetBytes(reply.Text));
        Assert.Equal(id, document.Id);
        var claim = Assert.IsType<ApplicationClaim.LedgerEntry>(Assert.Single(document.Claims));
        Assert.Equal(new CollectionId("proven"), claim.Collection);
        Assert.Equal("evidence é", claim.Contents);
        Assert.StartsWith($"ce:{id}:", document.Receipt.Leaf.CommitEvidence, StringComparison.Ordinal);
        var verdict = ReceiptVerifier.Verify(document.Receipt, ledger.Service, document.Claims);
        Assert.True(verdict.IsVerified, verdict.ToString());
        var forged = claim with { Contents = "evidence e" };
        Assert.False(ReceiptVerifier.Verify(document.Receipt, ledger.Service, [forged]).IsVerified);
    }

    [Fact]
    public async Task The_oldest_version_names_leaf_and_root_and_no_claims()
    {
        var id = await _caller.AppendAsync("text");
        var reply = (await _caller.GetAsync($"/app/transactions/{id}/receipt?api-version=0.1-preview")).AssertOk();
        var receipt = ReceiptJson.Read(Encoding.UTF8.GetBytes(reply.Text)).Receipt;
        var leaf = receipt.Leaf.ToLeaf();
        var json = reply.Json.GetProperty("receipt");
        Assert.Equal(leaf.ToHex(), json.GetProperty("leaf").GetString());
        Assert.Equal(receipt.Proof.RootFor(leaf).ToHex(), json.GetProperty("root").GetString());
        Assert.False(reply.Json.TryGetProperty("applicationClaims", out _));
        Assert.True(ReceiptVerifier.Verify(receipt, ledger.Service).IsVerified);
    }

    [Fact]
    public async Task A_receipt_never_has_a_null_member()
    {
        var id = await _caller.AppendAsync("text");
        var reply = (await _caller.GetAsync($"/app/transactions/{id}/receipt?api-version=2022-05-13")).AssertOk();
        Assert.DoesNotContain(
            reply.Json.GetProperty("receipt").EnumerateObject(),
            member => member.Value.ValueKind == JsonValueKind.Null);
    }

    [Fact]
    public async Task A_receipt_of_an_append_that_waited_verifies()
    {
        var reply = await _caller.SendAsync(
            "POST", "/app/transactions?api-version=2026-07-31-preview&waitForCommit=true", """{"contents":"waited"}""");
        var document = ReceiptJson.Read(Encoding.UTF8.GetBytes(reply.AssertOk().Text));
        Assert.True(ReceiptVerifier.Verify(document.Receipt, ledger.Service, document.Claims).IsVerified);
    }

    [Fact]
    public async Task A_change_of_users_has_a_receipt_without_claims()
    {
        var id = (await ledger.Administrator.SendAsync(
            "PATCH", "/app/users/someone?api-version=2022-05-13", """{"assignedRole":"Reader"}""")).AssertOk().Id;
        var reply = (await _caller.GetAsync($"/app/transactions/{id}/receipt?api-version=2022-05-13")).AssertOk();
        var document = ReceiptJson.Read(Encoding.UTF8.GetBytes(reply.Text));
        Assert.Empty(document.Claims);
        Assert.True(ReceiptVerifier.Verify(document.Receipt, ledger.Service).IsVerified);
    }
}
