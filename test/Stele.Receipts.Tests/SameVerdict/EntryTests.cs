namespace Stele.Receipts.Tests.SameVerdict;

/// <summary>What a page shows as the entry has to be what the receipt's claim says.</summary>
public sealed class EntryTests(Verifiers verifiers) : IClassFixture<Verifiers>
{
    private static readonly MadeReceipt Made = MadeReceipt.WithEntry();

    [Theory]
    [InlineData("", "", "", "signature")]
    [InlineData("x", "", "", "entry")]
    [InlineData("", "x", "", "entry")]
    [InlineData("", "", "1", "entry")]
    public void It_is_compared(string moreContents, string moreCollection, string moreId, string last)
    {
        var claim = (ApplicationClaim.LedgerEntry)Made.Claims[0];
        var entry = new
        {
            contents = claim.Contents + moreContents,
            collectionId = claim.Collection.Value + moreCollection,
            transactionId = Made.Receipt.Leaf.CommitEvidence.Split(':')[1] + moreId,
        };
        var found = verifiers.JudgeInJavaScript(Made.ToJson().ToJsonString(), Made.Service, new { entry });
        Assert.Equal((last == "signature", last), (found.Verified, found.Last));
        Assert.Contains("claims digest|entry", found.Steps, StringComparison.Ordinal);
    }

    [Fact]
    public void It_is_not_proved_by_a_receipt_without_claims()
    {
        var entry = new { contents = "", collectionId = "" };
        var options = new { entry, applicationClaims = Array.Empty<int>() };
        var found = verifiers.JudgeInJavaScript(Made.ToJson().ToJsonString(), Made.Service, options);
        Assert.Equal(new Finding(false, "entry"), found);
    }

    [Fact]
    public void Claims_from_elsewhere_are_those_that_count()
    {
        var json = Made.ToJson();
        var claims = json["applicationClaims"]!.DeepClone();
        var bare = json["receipt"]!.ToJsonString();
        Assert.True(verifiers.JudgeInJavaScript(bare, Made.Service, new { applicationClaims = claims }).Verified);
        claims[0]!["ledgerEntry"]!["contents"] = "other";
        var found = verifiers.JudgeInJavaScript(json.ToJsonString(), Made.Service, new { applicationClaims = claims });
        Assert.Equal(new Finding(false, "claims digest"), found);
    }
}
