using System.Text.Json;
using Stele.Cryptography.Merkle;

namespace Stele.Receipts;

/// <summary>
/// Reads receipts in ACL's JSON: the whole answer or the bare receipt, member names in camel case or, as older services
/// write them, in snake case.
/// </summary>
public static class ReceiptJson
{
    /// <summary>The longest document that is read, in bytes: the claims of an entry hold its contents.</summary>
    public const int SizeMax = 16 << 20;

    private const int DepthMax = 16;
    private const int ProofStepsMax = 64;
    private const int EndorsementsMax = 1000;
    private const int ClaimsMax = 100;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = DepthMax, AllowDuplicateProperties = false };

    /// <summary>Reads a receipt.</summary>
    /// <exception cref="FormatException">It is none; the message names the member and what would be right.</exception>
    public static ReceiptDocument Read(ReadOnlyMemory<byte> utf8)
    {
        if (utf8.Length > SizeMax) throw new FormatException($"A receipt of over {SizeMax} bytes is not read.");
        try
        {
            using var json = JsonDocument.Parse(utf8, Options);
            return ReadDocument(new JsonMember("document", json.RootElement));
        }
        catch (JsonException fault)
        {
            throw new FormatException($"The receipt is not JSON: {fault.Message}", fault);
        }
        catch (InvalidOperationException fault)
        {
            // What the reader throws for half a surrogate pair.
            throw new FormatException("The receipt has text that is not valid Unicode.", fault);
        }
    }

    private static ReceiptDocument ReadDocument(JsonMember document)
    {
        var answer = document.Object();
        if (!answer.Has("receipt")) return new ReceiptDocument(null, ReadReceipt(answer), []);
        TransactionId? id = answer.Optional("transactionId") is { } text && TransactionId.TryParse(text.Text(), out var parsed)
            ? parsed
            : null;
        var claims = answer.Optional("applicationClaims")?.Array(ClaimsMax).Select(ReadClaim).ToList() ?? [];
        return new ReceiptDocument(id, ReadReceipt(answer.Required("receipt").Object()), claims);
    }

    private static Receipt ReadReceipt(JsonObjectMember receipt)
    {
        if (!receipt.Has("leafComponents") && receipt.Has("leaf"))
            throw new FormatException("The receipt has no leafComponents: a signature transaction's receipt proves no entry.");
        return new Receipt
        {
            NodeCertificate = receipt.Required("cert").Text(),
            NodeId = receipt.Optional("nodeId")?.Text(),
            Leaf = ReadLeaf(receipt.Required("leafComponents").Object("claimsDigest", "commitEvidence", "writeSetDigest")),
            Proof = new MerkleProof([.. receipt.Required("proof").Array(ProofStepsMax).Select(ReadStep)]),
            Signature = receipt.Required("signature").Base64(),
            ServiceEndorsements =
                [.. receipt.Optional("serviceEndorsements")?.Array(EndorsementsMax).Select(pem => pem.Text()) ?? []],
        };
    }

    private static LeafComponents ReadLeaf(JsonObjectMember leaf) => new(
        leaf.Required("writeSetDigest").Digest(),
        leaf.Required("commitEvidence").Text(),
        leaf.Required("claimsDigest").Digest());

    private static ProofStep ReadStep(JsonMember member)
    {
        var step = member.Object("left", "right");
        return (step.Optional("left"), step.Optional("right")) switch
        {
            ({ } left, null) => new ProofStep(left.Digest(), SiblingIsLeft: true),
            (null, { } right) => new ProofStep(right.Digest(), SiblingIsLeft: false),
            _ => throw new FormatException($"{member.Name} must have exactly one of left and right."),
        };
    }

    private static ApplicationClaim ReadClaim(JsonMember member)
    {
        var claim = member.Object();
        var kind = claim.Required("kind").Text();
        return kind switch
        {
            "LedgerEntry" => ReadEntryClaim(claim.Required("ledgerEntry").Object()),
            "ClaimDigest" => ReadDigestClaim(claim.Required("digest").Object()),
            _ => throw new FormatException($"{member.Name}.kind must be LedgerEntry or ClaimDigest, not {kind}."),
        };
    }

    private static ApplicationClaim.LedgerEntry ReadEntryClaim(JsonObjectMember entry)
    {
        if (entry.Required("protocol").Text() != ClaimsDigest.LedgerEntryProtocol)
            throw new FormatException($"The claim's protocol must be {ClaimsDigest.LedgerEntryProtocol}.");
        return new ApplicationClaim.LedgerEntry(
            new CollectionId(entry.Required("collectionId").Text()),
            entry.Required("contents").Text(),
            entry.Required("secretKey").Base64());
    }

    private static ApplicationClaim.ClaimDigest ReadDigestClaim(JsonObjectMember digest) =>
        new(digest.Required("protocol").Text(), digest.Required("value").Digest());
}
