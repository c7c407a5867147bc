using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Stele.Cryptography;

namespace Stele.Receipts.Tests;

/// <summary>Receipts that Azure Confidential Ledger and CCF services really gave.</summary>
public sealed class RealReceiptTests
{
    private const string Hexadecimal = "0123456789abcdef";

    [Fact]
    public void A_receipt_of_azure_confidential_ledger_verifies()
    {
        var (receipt, service) = AzureReceipt();
        var verdict = ReceiptVerifier.Verify(ReceiptJson.Read(Bytes(receipt)).Receipt, service);
        Assert.True(verdict.IsVerified, verdict.ToString());
    }

    [Fact]
    public void Any_altered_character_of_its_digests_and_signature_fails()
    {
        var (receipt, service) = AzureReceipt();
        var altered = 0;
        var fields = Strings(receipt).Where(s => IsDigest(s.Text) || s.Path.EndsWith("signature", StringComparison.Ordinal));
        foreach (var (path, text) in fields)
        {
            for (var i = 0; i < text.Length; i++)
            {
                var other = text[i] == 'a' ? 'b' : 'a';
                if (text[i] == '=') continue;
                var changed = Replace(receipt, path, text[..i] + other + text[(i + 1)..]);
                Assert.False(Verifies(changed, service), $"{path} with character {i} changed to {other} verifies");
                altered++;
            }
        }
        Assert.True(altered > 250);
    }

    [Theory]
    [InlineData("claims-digest.json")]
    [InlineData("claims-ledger-entry.json")]
    public void Application_claims_give_the_digest_that_the_service_published(string file)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(SharedVectors.Require($"vectors/receipts/{file}")));
        var (receipt, _) = AzureReceipt();
        var document = new JsonObject
        {
            ["receipt"] = receipt,
            ["applicationClaims"] = JsonNode.Parse(json.RootElement.GetProperty("claims").GetRawText()),
        };
        var claims = ReceiptJson.Read(Bytes(document)).Claims;
        Assert.Equal(json.RootElement.GetProperty("claimsDigest").GetString(), ClaimsDigest.Of(claims).ToHex());
    }

    [Theory]
    [InlineData("vec", "2.10")]
    [InlineData("vec", "2.23")]
    [InlineData("vec", "2.30")]
    [InlineData("vec", "2.46")]
    [InlineData("rec", "2.30")]
    [InlineData("rec", "2.46")]
    [InlineData("rec", "4.58")]
    public void A_receipt_of_a_ccf_service_verifies_also_across_its_recovery(string service, string id)
    {
        var receipt = ReceiptJson.Read(File.ReadAllBytes(SharedVectors.Require($"vectors/ccf-live/{service}/receipts/{id}.json"))).Receipt;
        Assert.True(ReceiptVerifier.Verify(receipt, Certificate($"vectors/ccf-live/{service}/service_cert.pem")).IsVerified);
        if (receipt.ServiceEndorsements.Count == 0) return;
        var withoutEndorsements = receipt with { ServiceEndorsements = [] };
        var previous = Certificate($"vectors/ccf-live/{service}/previous_service_cert.pem");
        Assert.True(ReceiptVerifier.Verify(withoutEndorsements, previous).IsVerified);
        var verdict = ReceiptVerifier.Verify(withoutEndorsements, Certificate($"vectors/ccf-live/{service}/service_cert.pem"));
        Assert.Equal("service certificate", verdict.Failure?.Name);
    }

    [Theory]
    [InlineData("vec", "2.10", "service_cert")]
    [InlineData("vec", "2.11", "service_cert")]
    [InlineData("vec", "2.23", "service_cert")]
    [InlineData("vec", "2.30", "service_cert")]
    [InlineData("vec", "2.39", "service_cert")]
    [InlineData("vec", "2.46", "service_cert")]
    [InlineData("rec", "2.30", "previous_service_cert")]
    [InlineData("rec", "2.46", "previous_service_cert")]
    [InlineData("rec", "4.58", "service_cert")]
    public void A_cose_receipt_of_a_ccf_service_verifies_and_no_altered_one_does(string service, string id, string signer)
    {
        var bytes = File.ReadAllBytes(SharedVectors.Require($"vectors/ccf-live/{service}/receipts/{id}.cose"));
        var certificate = Certificate($"vectors/ccf-live/{service}/{signer}.pem");
        var receipt = CoseReceipt.Read(bytes);
        Assert.True(receipt.Verify(certificate));
        Assert.StartsWith($"ce:{id}:", receipt.Leaf.CommitEvidence, StringComparison.Ordinal);
        var json = ReceiptJson.Read(File.ReadAllBytes(SharedVectors.Require($"vectors/ccf-live/{service}/receipts/{id}.json"))).Receipt;
        Assert.Equal(json.Leaf, receipt.Leaf);
        Assert.Equal(json.Proof.Steps, receipt.Proof.Steps);
        for (var i = 0; i < bytes.Length; i++)
        {
            var altered = (byte[])bytes.Clone();
            altered[i] ^= 1;
            Assert.False(Accepts(altered, certificate), $"byte {i}");
        }
    }

    [Fact]
    public void A_signature_transactions_receipt_is_refused_with_the_reason()
    {
        var bytes = File.ReadAllBytes(SharedVectors.Require("vectors/ccf-live/vec/receipts/sig_2.47.json"));
        var refused = Assert.Throws<FormatException>(() => ReceiptJson.Read(bytes));
        Assert.Contains("signature transaction", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_wrong_is_named_by_its_step()
    {
        var (node, service) = AzureReceipt();
        var receipt = ReceiptJson.Read(Bytes(node)).Receipt;
        Assert.Equal("node id", Step(receipt with { NodeId = Digest.Zero.ToHex() }));
        Assert.Equal("signature", Step(receipt with { Leaf = receipt.Leaf with { CommitEvidence = "ce:2.1:" + Digest.Zero.ToHex() } }));
        Assert.Equal("signature", Step(receipt with { Proof = new([.. receipt.Proof.Steps.Skip(1)]) }));
        Assert.Equal("signature", Step(receipt with { Proof = new([.. receipt.Proof.Steps, receipt.Proof.Steps[0]]) }));
        var mirrored = receipt.Proof.Steps.Select(step => step with { SiblingIsLeft = !step.SiblingIsLeft });
        Assert.Equal("signature", Step(receipt with { Proof = new([.. mirrored]) }));
        Assert.Equal("node certificate", Step(receipt with { NodeCertificate = "no certificate" }));
        Assert.Equal("service endorsement", Step(receipt with { ServiceEndorsements = [receipt.NodeCertificate] }));
        var claim = new ApplicationClaim.ClaimDigest(ClaimsDigest.LedgerEntryProtocol, Digest.Zero);
        Assert.Equal("claims digest", ReceiptVerifier.Verify(receipt, service, [claim]).Failure?.Name);

        string? Step(Receipt altered) => ReceiptVerifier.Verify(altered, service).Failure?.Name;
    }

    private static (JsonNode Receipt, X509Certificate2 Service) AzureReceipt()
    {
        var json = JsonNode.Parse(File.ReadAllText(SharedVectors.Require("vectors/receipts/real-receipt-1-snake_case.json")))!;
        return (json["receipt"]!.DeepClone(), X509Certificate2.CreateFromPem(json["serviceCertificate"]!.GetValue<string>()));
    }

    private static X509Certificate2 Certificate(string path) =>
        X509Certificate2.CreateFromPem(File.ReadAllText(SharedVectors.Require(path)));

    private static bool Verifies(JsonNode receipt, X509Certificate2 service)
    {
        try
        {
            return ReceiptVerifier.Verify(ReceiptJson.Read(Bytes(receipt)).Receipt, service).IsVerified;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static bool Accepts(byte[] receipt, X509Certificate2 service)
    {
        try
        {
            return CoseReceipt.Read(receipt).Verify(service);
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static bool IsDigest(string text) => text.Length == 64 && text.All(c => Hexadecimal.Contains(c, StringComparison.Ordinal));

    private static byte[] Bytes(JsonNode json) => Encoding.UTF8.GetBytes(json.ToJsonString());

    private static IEnumerable<(string Path, string Text)> Strings(JsonNode node) => node switch
    {
        JsonObject members => members.SelectMany(member => member.Value is null ? [] : Strings(member.Value)),
        JsonArray elements => elements.SelectMany(element => element is null ? [] : Strings(element)),
        JsonValue value when value.TryGetValue<string>(out var text) && !node.GetPath().EndsWith("root", StringComparison.Ordinal)
            && !node.GetPath().EndsWith(".leaf", StringComparison.Ordinal) => [(node.GetPath(), text)],
        _ => [],
    };

    private static JsonNode Replace(JsonNode receipt, string path, string text)
    {
        var copy = receipt.DeepClone();
        // The paths of strings in the copy are relative to its root, as those of the original are.
        foreach (var value in Values(copy).Where(value => value.GetPath() == path).ToList()) value.ReplaceWith(text);
        return copy;
    }

    private static IEnumerable<JsonValue> Values(JsonNode node) => node switch
    {
        JsonObject members => members.SelectMany(member => member.Value is null ? [] : Values(member.Value)),
        JsonArray elements => elements.SelectMany(element => element is null ? [] : Values(element)),
        JsonValue value => [value],
        _ => [],
    };
}
