using System.Text;
using System.Text.Json;
using Stele.Cryptography;
using Stele.Cryptography.Merkle;

namespace Stele.Receipts.Tests;

/// <summary>What is no receipt is refused by a message that names the member.</summary>
public sealed class ReceiptJsonTests
{
    private const string Zero = "0000000000000000000000000000000000000000000000000000000000000000";
    private const string Leaf = $$"""{"claimsDigest":"{{Zero}}","commitEvidence":"ce:2.1:x","writeSetDigest":"{{Zero}}"}""";

    [Theory]
    [InlineData("", "not JSON")]
    [InlineData("{\"cert\":\"\\ud800\"}", "no")]
    [InlineData("[]", "document must be an object")]
    [InlineData("{}", "no cert")]
    [InlineData("""{"receipt":null}""", "document.receipt must be an object")]
    [InlineData($$"""{"cert":1,"leafComponents":{{Leaf}},"proof":[],"signature":"AAAA"}""", "document.cert must be a string")]
    [InlineData($$"""{"cert":"c","nodeId":null,"leafComponents":{{Leaf}},"proof":[],"signature":"AAAA"}""", "nodeId must be")]
    [InlineData($$"""{"cert":"c","proof":[],"signature":"AAAA"}""", "no leafComponents")]
    [InlineData($$"""{"cert":"c","leafComponents":{},"proof":[],"signature":"AAAA"}""", "no writeSetDigest")]
    [InlineData($$"""{"cert":"c","leafComponents":{"more":1},"proof":[],"signature":"AAAA"}""", "does not belong")]
    [InlineData($$"""{"cert":"c","leafComponents":{{Leaf}},"proof":{},"signature":"AAAA"}""", "document.proof must be an array")]
    [InlineData($$"""{"cert":"c","leafComponents":{{Leaf}},"proof":[{}],"signature":"AAAA"}""", "exactly one of left and right")]
    [InlineData($$"""{"cert":"c","leafComponents":{{Leaf}},"proof":[{"left":"{{Zero}}","right":"{{Zero}}"}]}""", "exactly one")]
    [InlineData($$"""{"cert":"c","leafComponents":{{Leaf}},"proof":[{"left":"0"}],"signature":"AAAA"}""", "64 hexadecimal digits")]
    [InlineData($$"""{"cert":"c","leafComponents":{{Leaf}},"proof":[],"signature":"AAA"}""", "Base64")]
    [InlineData($$"""{"cert":"c","leafComponents":{{Leaf}},"proof":[],"signature":"AA\nAA"}""", "Base64")]
    [InlineData($$"""{"cert":"c","cert":"d","leafComponents":{{Leaf}},"proof":[],"signature":"AAAA"}""", "JSON")]
    public void It_is_refused(string json, string messagePart) => Assert.Contains(
        messagePart,
        Assert.Throws<FormatException>(() => ReceiptJson.Read(Encoding.UTF8.GetBytes(json))).Message,
        StringComparison.Ordinal);

    [Fact]
    public void What_is_written_is_read_back()
    {
        var receipt = new Receipt
        {
            NodeCertificate = "cert",
            NodeId = Zero,
            Leaf = new LeafComponents(Digest.Of([1]), "ce:2.1:x", Digest.Of([2])),
            Proof = new MerkleProof([new ProofStep(Digest.Of([3]), true), new ProofStep(Digest.Of([4]), false)]),
            Signature = new byte[] { 1, 2, 3 },
            ServiceEndorsements = ["one", "two"],
        };
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes)) ReceiptJsonWriter.Write(json, receipt, withLeafAndRoot: true);
        var read = ReceiptJson.Read(bytes.ToArray()).Receipt;
        Assert.Equal((receipt.NodeCertificate, receipt.NodeId, receipt.Leaf), (read.NodeCertificate, read.NodeId, read.Leaf));
        Assert.Equal(receipt.Proof.Steps, read.Proof.Steps);
        Assert.Equal(receipt.Signature.ToArray(), read.Signature.ToArray());
        Assert.Equal(receipt.ServiceEndorsements, read.ServiceEndorsements);
    }
}
