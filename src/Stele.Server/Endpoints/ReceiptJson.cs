using System.Text.Json;
using Stele.Receipts;
using Stele.Server.Api;
using Stele.Server.Application;

namespace Stele.Server.Endpoints;

/// <summary>Receipts and application claims in ACL's form, which its offline verifier reads.</summary>
internal static class ReceiptJson
{
    /// <summary>Writes the members <c>receipt</c> and, where the version has it, <c>applicationClaims</c>.</summary>
    public static void Write(Utf8JsonWriter json, ProvenTransaction proven, ApiVersion version)
    {
        json.WritePropertyName("receipt"u8);
        WriteReceipt(json, proven.Receipt, version);
        if (!version.HasApplicationClaims || proven.Claims.Count == 0) return;
        json.WriteStartArray("applicationClaims"u8);
        foreach (var claim in proven.Claims) WriteClaim(json, claim);
        json.WriteEndArray();
    }

    private static void WriteReceipt(Utf8JsonWriter json, Receipt receipt, ApiVersion version)
    {
        json.WriteStartObject();
        json.WriteString("cert"u8, receipt.NodeCertificate);
        if (version.HasLeafAndRoot)
        {
            var leaf = receipt.Leaf.ToLeaf();
            json.WriteString("leaf"u8, leaf.ToHex());
            json.WriteString("root"u8, receipt.Proof.RootFor(leaf).ToHex());
        }

        json.WriteStartObject("leafComponents"u8);
        json.WriteString("claimsDigest"u8, receipt.Leaf.ClaimsDigest.ToHex());
        json.WriteString("commitEvidence"u8, receipt.Leaf.CommitEvidence);
        json.WriteString("writeSetDigest"u8, receipt.Leaf.WriteSetDigest.ToHex());
        json.WriteEndObject();
        // A null here is an error to the official verifier; a member that is not there is none.
        if (receipt.NodeId is { } nodeId) json.WriteString("nodeId"u8, nodeId);
        WriteProof(json, receipt);
        json.WriteStartArray("serviceEndorsements"u8);
        foreach (var endorsement in receipt.ServiceEndorsements) json.WriteStringValue(endorsement);
        json.WriteEndArray();
        json.WriteBase64String("signature"u8, receipt.Signature.Span);
        json.WriteEndObject();
    }

    private static void WriteProof(Utf8JsonWriter json, Receipt receipt)
    {
        json.WriteStartArray("proof"u8);
        foreach (var step in receipt.Proof.Steps)
        {
            json.WriteStartObject();
            json.WriteString(step.SiblingIsLeft ? "left"u8 : "right"u8, step.Sibling.ToHex());
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteClaim(Utf8JsonWriter json, ApplicationClaim claim)
    {
        json.WriteStartObject();
        switch (claim)
        {
            case ApplicationClaim.LedgerEntry entry:
                json.WriteString("kind"u8, "LedgerEntry"u8);
                json.WriteStartObject("ledgerEntry"u8);
                json.WriteString("protocol"u8, "LedgerEntryV1"u8);
                json.WriteString("collectionId"u8, entry.Collection.Value);
                json.WriteString("contents"u8, entry.Contents);
                json.WriteBase64String("secretKey"u8, entry.SecretKey.Span);
                json.WriteEndObject();
                break;
            case ApplicationClaim.ClaimDigest digest:
                json.WriteString("kind"u8, "ClaimDigest"u8);
                json.WriteStartObject("digest"u8);
                json.WriteString("protocol"u8, digest.Protocol);
                json.WriteString("value"u8, digest.Value.ToHex());
                json.WriteEndObject();
                break;
            default:
                throw new InvalidOperationException($"A claim of unknown kind: {claim.GetType()}.");
        }

        json.WriteEndObject();
    }
}
