using System.Text.Json;

namespace Stele.Receipts;

/// <summary>Writes receipts and claims in ACL's JSON, camel case.</summary>
public static class ReceiptJsonWriter
{
    /// <summary>Writes a receipt as an object.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="receipt">The receipt.</param>
    /// <param name="withLeafAndRoot">
    /// Whether to write <c>leaf</c> and <c>root</c> too, which readers of API version 0.1-preview look for.
    /// </param>
    public static void Write(Utf8JsonWriter json, Receipt receipt, bool withLeafAndRoot)
    {
        json.WriteStartObject();
        json.WriteString("cert", receipt.NodeCertificate);
        if (withLeafAndRoot) json.WriteString("leaf", receipt.Leaf.ToLeaf().ToHex());
        json.WriteStartObject("leafComponents");
        json.WriteString("claimsDigest", receipt.Leaf.ClaimsDigest.ToHex());
        json.WriteString("commitEvidence", receipt.Leaf.CommitEvidence);
        json.WriteString("writeSetDigest", receipt.Leaf.WriteSetDigest.ToHex());
        json.WriteEndObject();
        if (receipt.NodeId is { } nodeId) json.WriteString("nodeId", nodeId);
        WriteProof(json, receipt);
        if (withLeafAndRoot) json.WriteString("root", receipt.Proof.RootFor(receipt.Leaf.ToLeaf()).ToHex());
        json.WriteStartArray("serviceEndorsements");
        foreach (var endorsement in receipt.ServiceEndorsements) json.WriteStringValue(endorsement);
        json.WriteEndArray();
        json.WriteBase64String("signature", receipt.Signature.Span);
        json.WriteEndObject();
    }

    /// <summary>Writes claims as an array.</summary>
    public static void Write(Utf8JsonWriter json, IReadOnlyList<ApplicationClaim> claims)
    {
        json.WriteStartArray();
        foreach (var claim in claims) Write(json, claim);
        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, ApplicationClaim claim)
    {
        json.WriteStartObject();
        switch (claim)
        {
            case ApplicationClaim.LedgerEntry entry:
                json.WriteString("kind", "LedgerEntry");
                json.WriteStartObject("ledgerEntry");
                json.WriteString("collectionId", entry.Collection.Value);
                json.WriteString("contents", entry.Contents);
                json.WriteString("protocol", ClaimsDigest.LedgerEntryProtocol);
                json.WriteBase64String("secretKey", entry.SecretKey.Span);
                json.WriteEndObject();
                break;
            case ApplicationClaim.ClaimDigest digest:
                json.WriteString("kind", "ClaimDigest");
                json.WriteStartObject("digest");
                json.WriteString("protocol", digest.Protocol);
                json.WriteString("value", digest.Value.ToHex());
                json.WriteEndObject();
                break;
        }
        json.WriteEndObject();
    }

    private static void WriteProof(Utf8JsonWriter json, Receipt receipt)
    {
        json.WriteStartArray("proof");
        foreach (var step in receipt.Proof.Steps)
        {
            json.WriteStartObject();
            json.WriteString(step.SiblingIsLeft ? "left" : "right", step.Sibling.ToHex());
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
