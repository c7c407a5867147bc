using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;

namespace Stele.Receipts.Tests.SameVerdict;

/// <summary>The library and the self-contained verifiers in JavaScript and Python find the same, step by step.</summary>
public sealed class SameVerdictTests(Verifiers verifiers) : IClassFixture<Verifiers>
{
    private static readonly Config Settings = Config.QuickThrowOnFailure.WithMaxTest(200);
    private static readonly Arbitrary<int> Seeds = Gen.Choose(0, int.MaxValue).ToArbitrary();

    /// <summary>Receipts that CCF services gave, by the folder of the service.</summary>
    public static TheoryData<string, string, string> Recorded => new()
    {
        { "vec", "2.10", "service_cert" },
        { "vec", "2.11", "service_cert" },
        { "vec", "2.23", "service_cert" },
        { "vec", "2.30", "service_cert" },
        { "vec", "2.39", "service_cert" },
        { "vec", "2.46", "service_cert" },
        { "rec", "2.30", "service_cert" },
        { "rec", "2.46", "service_cert" },
        { "rec", "4.58", "service_cert" },
        { "rec", "2.30", "previous_service_cert" },
    };

    [Theory]
    [MemberData(nameof(Recorded))]
    public void On_receipts_of_ccf_services(string service, string id, string certificate)
    {
        var receipt = File.ReadAllText(SharedVectors.Require($"vectors/ccf-live/{service}/receipts/{id}.json"));
        var trusted = File.ReadAllText(SharedVectors.Require($"vectors/ccf-live/{service}/{certificate}.pem"));
        Assert.True(verifiers.Judge(receipt, trusted).Verified);
        foreach (var other in (string[])["vec/service_cert", "rec/service_cert", "rec/node"])
            verifiers.Judge(receipt, File.ReadAllText(SharedVectors.Require($"vectors/ccf-live/{other}.pem")));
        Assert.Equal("service certificate", verifiers.Judge(receipt, "no certificate").Last);
    }

    [Fact]
    public void On_a_signature_transactions_receipt()
    {
        var receipt = File.ReadAllText(SharedVectors.Require("vectors/ccf-live/vec/receipts/sig_2.47.json"));
        var trusted = File.ReadAllText(SharedVectors.Require("vectors/ccf-live/vec/service_cert.pem"));
        Assert.Equal("format", verifiers.Judge(receipt, trusted).Last);
    }

    [Fact]
    public void On_azure_confidential_ledgers_receipt_with_characters_changed_throughout()
    {
        var (receipt, service) = AzureReceipt();
        Assert.True(verifiers.Judge(receipt.ToJsonString(), service).Verified);
        var found = Changed(receipt).Select(changed => verifiers.Judge(changed, service).Last).ToHashSet();
        string[] all = ["node certificate", "service certificate", "node id", "signature", "format"];
        Assert.Superset(all.ToHashSet(), found);
    }

    [Theory]
    [InlineData("claims-digest.json")]
    [InlineData("claims-ledger-entry.json")]
    public void On_claims_that_azure_confidential_ledger_published(string file)
    {
        var (receipt, service) = AzureReceipt();
        var vector = JsonNode.Parse(File.ReadAllText(SharedVectors.Require($"vectors/receipts/{file}")))!;
        receipt["leaf_components"]!["claims_digest"] = vector["claimsDigest"]!.GetValue<string>();
        var answer = new JsonObject { ["receipt"] = receipt, ["applicationClaims"] = vector["claims"]!.DeepClone() };
        // The claims are right; what they stand in was signed with none.
        Assert.Equal("signature", verifiers.Judge(answer.ToJsonString(), service).Last);
        receipt["leaf_components"]!["claims_digest"] = Cryptography.Digest.Zero.ToHex();
        Assert.Equal("claims digest", verifiers.Judge(answer.ToJsonString(), service).Last);
    }

    [Fact]
    public void On_any_receipt_damaged_in_any_place()
    {
        var (damaged, refused) = (0, 0);
        Check.One(Settings, Prop.ForAll(Seeds, seed =>
        {
            var random = new Random(seed);
            var made = new MadeReceipt(random);
            var json = made.ToJson();
            var isDamaged = random.Next(8) != 0;
            if (isDamaged) Damage.Do(random, json, alsoEndorsements: !made.EndsBeforeLast);
            var isVerified = verifiers.Judge(json.ToJsonString(), made.Service).Verified;
            Assert.True(isVerified || isDamaged);
            if (isDamaged) damaged++;
            if (!isVerified) refused++;
        }));
        // Not all damage matters: a member more is passed over, and old names are known. Three who refuse nothing agree as well.
        Assert.True(2 * refused > damaged, $"{refused} of {damaged} damaged receipts were refused.");
        TestContext.Current.TestOutputHelper!.WriteLine($"{refused} of {damaged} damaged receipts were refused.");
    }

    /// <summary>What is done to the claims of a receipt that verifies, and whether it still proves an entry.</summary>
    public static TheoryData<string, bool> ClaimsChanges => new()
    {
        { "whole", true },
        { "removed", false },
        { "renamed", false },
        { "none", false },
        { "only the receipt", false },
    };

    [Theory]
    [MemberData(nameof(ClaimsChanges))]
    public void On_a_receipt_from_which_the_claims_were_taken_no_entry_is_proven(string change, bool proves)
    {
        var made = MadeReceipt.WithEntry();
        var json = made.ToJson();
        var claims = json["applicationClaims"]!.DeepClone();
        if (change is "removed" or "renamed") json.Remove("applicationClaims");
        if (change == "renamed") json["applicationClaimS"] = claims;
        if (change == "none") json["applicationClaims"] = new JsonArray();
        var text = change == "only the receipt" ? json["receipt"]!.ToJsonString() : json.ToJsonString();
        var found = verifiers.Judge(text, made.Service);
        Assert.True(found.Verified);
        var entry = (ApplicationClaim.LedgerEntry)made.Claims[0];
        string[] transaction = [made.Receipt.Leaf.CommitEvidence.Split(':')[1]];
        Assert.Equal(
            proves ? [.. transaction, entry.Collection.Value, entry.Contents] : transaction,
            JsonNode.Parse(found.Proven)!.AsArray().Select(part => part!.GetValue<string>()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("5")]
    [InlineData("""{"receipt": {}}""")]
    [InlineData("""{"receipt": {}, "receipt": {}}""")]
    [InlineData("\ufeff{}")]
    [InlineData("RECEIPT,")]
    [InlineData("RECEIPT // so it is")]
    [InlineData("""{"state": NaN, "receipt": RECEIPT}""")]
    [InlineData("""{"state": 1e999, "receipt": RECEIPT}""")]
    [InlineData("""{"state": "\ud800", "receipt": RECEIPT}""")]
    [InlineData("""{"transactionId": "\ud800", "receipt": RECEIPT}""")]
    [InlineData("""{"transactionId": 5, "receipt": RECEIPT}""")]
    [InlineData("""{"a": {"b": 1, "\u0062": 2}, "receipt": RECEIPT}""")]
    [InlineData("""{"a": "{[\"\\", "b": "a", "c" : ["a", "a"], "receipt": RECEIPT}""")]
    [InlineData("""{"a": [[[[[[[[[[[[[[[0]]]]]]]]]]]]]]], "receipt": RECEIPT}""")]
    [InlineData("""{"a": [[[[[[[[[[[[[[[[0]]]]]]]]]]]]]]]], "receipt": RECEIPT}""")]
    [InlineData("""{"applicationClaims": null, "receipt": RECEIPT}""")]
    [InlineData("""{"application_claims": [], "receipt": RECEIPT}""")]
    [InlineData("""{"applicationClaims": [{"kind": "Other"}], "receipt": RECEIPT}""")]
    [InlineData("""{"receipt": [RECEIPT]}""")]
    public void On_what_is_hardly_a_receipt(string form)
    {
        var (receipt, service) = AzureReceipt();
        verifiers.Judge(form.Replace("RECEIPT", receipt.ToJsonString(), StringComparison.Ordinal), service);
    }

    [Fact]
    public void On_a_number_of_more_digits_than_some_count()
    {
        var (receipt, service) = AzureReceipt();
        var form = $$"""{"state": {{new string('7', 5000)}}, "receipt": {{receipt.ToJsonString()}}}""";
        Assert.True(verifiers.Judge(form, service).Verified);
        receipt["cert"] = 7;
        Assert.Equal("format", verifiers.Judge(receipt.ToJsonString(), service).Last);
    }

    /// <summary>The receipt with one character of one string changed, for every seventh character.</summary>
    private static IEnumerable<string> Changed(JsonNode receipt)
    {
        var json = receipt.ToJsonString();
        for (var at = 0; at < json.Length; at += 7)
            yield return $"{json[..at]}{(json[at] == 'a' ? 'b' : 'a')}{json[(at + 1)..]}";
    }

    private static (JsonNode Receipt, string Service) AzureReceipt()
    {
        var json = JsonNode.Parse(File.ReadAllText(SharedVectors.Require("vectors/receipts/real-receipt-1-snake_case.json")))!;
        return (json["receipt"]!.DeepClone(), json["serviceCertificate"]!.GetValue<string>());
    }
}
