using Azure;
using Stele.Client.Tests.Support;
using Stele.Receipts;

namespace Stele.Client.Tests;

/// <summary>Only a receipt that holds makes a verified entry, and what does not hold is named.</summary>
public sealed class VerifiedEntryTests(Scene scene)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void It_has_no_way_round_the_receipt()
    {
        Assert.Empty(typeof(VerifiedEntry).GetConstructors());
        Assert.DoesNotContain(typeof(LedgerModelFactory).GetMethods(), method => method.ReturnType == typeof(VerifiedEntry));
    }

    [Fact]
    public async Task Each_lie_fails_at_its_step()
    {
        var collection = new CollectionId("verified");
        var id = (await scene.Client.PostEntryAsync(WaitUntil.Completed, "the truth", collection, Cancel)).Value;
        var document = (await scene.Client.GetReceiptAsync(id, Cancel)).Value;
        var claim = Assert.IsType<ApplicationClaim.LedgerEntry>(Assert.Single(document.Claims));
        Assert.Equal("the truth", VerifiedEntry.Verify(document, scene.ServiceCertificate).Contents);

        Fails("claims digest", document with { Claims = [claim with { Contents = "the truth!" }] });
        Fails("claims digest", document with { Claims = [claim with { Collection = new CollectionId("other") }] });
        Fails("entry claim", document with { Claims = [] });
        Fails("entry claim", document with { Claims = [claim, claim] });
        Fails("transaction id", document with { Id = TransactionId.Of(2, 1) });
        var receipt = document.Receipt;
        Fails("node certificate", document with { Receipt = receipt with { NodeCertificate = "none" } });
        Fails("signature", document with { Receipt = receipt with { Proof = new([.. receipt.Proof.Steps.Skip(1)]) } });
        var evidence = receipt.Leaf.CommitEvidence.Replace(id.ToString(), "2.1", StringComparison.Ordinal);
        var leaf = receipt.Leaf with { CommitEvidence = evidence };
        Fails("signature", document with { Id = null, Receipt = receipt with { Leaf = leaf } });
        using var other = HttpsServer.Authority();
        var refused = Assert.Throws<EntryNotVerifiedException>(() => VerifiedEntry.Verify(document, other));
        Assert.Equal("service certificate", refused.FailedStep.Name);
    }

    [Fact]
    public async Task An_entry_that_was_not_asked_for_is_not_taken()
    {
        var id = (await scene.Client.PostEntryAsync(WaitUntil.Completed, "mine", new CollectionId("mine"), Cancel)).Value;
        var refused = await Assert.ThrowsAsync<EntryNotVerifiedException>(
            () => scene.Client.GetVerifiedEntryAsync(id, new CollectionId("yours"), Cancel));
        Assert.Equal("collection", refused.FailedStep.Name);
        Assert.Equal("collection", Assert.Throws<EntryNotVerifiedException>(
            () => scene.Client.GetVerifiedEntry(id, cancellationToken: Cancel)).FailedStep.Name);

        var older = (await scene.Client.GetReceiptAsync(id, Cancel)).GetRawResponse().Content.ToString();
        var answer = older.Replace($"\"transactionId\":\"{id}\"", "\"transactionId\":\"2.99999\"", StringComparison.Ordinal);
        var options = new LedgerClientOptions
        {
            ServiceCertificate = scene.ServiceCertificate,
            Transport = new FakeTransport(FakeTransport.Answer(200, older), FakeTransport.Answer(200, answer)),
        };
        var liar = new LedgerClient(scene.Ledger, new FakeCredential(), options);
        foreach (var _ in new[] { "another receipt", "another receipt that says it is the right one" })
        {
            refused = Assert.Throws<EntryNotVerifiedException>(
                () => liar.GetVerifiedEntry(TransactionId.Of(2, 99_999), new CollectionId("mine"), Cancel));
            Assert.Equal("transaction id", refused.FailedStep.Name);
        }
    }

    private void Fails(string step, ReceiptDocument document)
    {
        var refused = Assert.Throws<EntryNotVerifiedException>(() => VerifiedEntry.Verify(document, scene.ServiceCertificate));
        Assert.Equal(step, refused.FailedStep.Name);
        Assert.False(refused.FailedStep.Passed);
        Assert.Contains(step, refused.Message, StringComparison.Ordinal);
    }
}
