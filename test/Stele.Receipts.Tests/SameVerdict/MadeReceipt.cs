using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Stele.Cryptography;
using Stele.Cryptography.Merkle;

namespace Stele.Receipts.Tests.SameVerdict;

/// <summary>
/// A receipt as a ledger could give it: a chain of services that recovered each other, on various curves, one of which is the
/// one that is trusted; claims of either kind or none; a path of some steps.
/// </summary>
internal sealed class MadeReceipt
{
    private static readonly ECCurve[] Curves = [ECCurve.NamedCurves.nistP384, ECCurve.NamedCurves.nistP256, ECCurve.NamedCurves.nistP521];
    private static readonly HashAlgorithmName[] Hashes = [HashAlgorithmName.SHA256, HashAlgorithmName.SHA384, HashAlgorithmName.SHA512];

    // Keys cost more than all else here, and nothing depends on which they are.
    private static readonly ECDsa[] Keys = [.. Enumerable.Range(0, 9).Select(i => ECDsa.Create(Curves[i % Curves.Length]))];

    public MadeReceipt(Random random)
    {
        var keys = (ECDsa[])Keys.Clone();
        random.Shuffle(keys);
        var services = keys[1..(2 + random.Next(4))];
        var trusted = random.Next(services.Length);
        EndsBeforeLast = trusted < services.Length - 1;
        Service = Certificate(random, services[trusted], services[trusted], "Service");
        Claims = MakeClaims(random);
        var leaf = new LeafComponents(Any(random), $"ce:2.{random.Next(1, 1000)}:{Any(random)}", ClaimsDigest.Of(Claims));
        var path = Enumerable.Range(0, random.Next(12)).Select(_ => new ProofStep(Any(random), random.Next(2) == 0));
        var proof = new MerkleProof([.. path]);
        Receipt = new Receipt
        {
            NodeCertificate = Certificate(random, keys[0], services[0], "Node"),
            NodeId = random.Next(5) == 0 ? null : Digest.Of(keys[0].ExportSubjectPublicKeyInfo()).ToHex(),
            Leaf = leaf,
            Proof = proof,
            Signature = keys[0].SignHash(proof.RootFor(leaf.ToLeaf()).Span, DSASignatureFormat.Rfc3279DerSequence),
            ServiceEndorsements = [.. services.Skip(1).Select((next, i) => Certificate(random, services[i], next, "Service"))],
        };
    }

    /// <summary>One whose only claim is an entry.</summary>
    public static MadeReceipt WithEntry() =>
        Enumerable.Range(0, 1000).Select(seed => new MadeReceipt(new Random(seed)))
            .First(made => made.Claims is [ApplicationClaim.LedgerEntry]);

    /// <summary>The certificate of the service that is trusted, PEM.</summary>
    public string Service { get; }

    /// <summary>Whether endorsements follow that lead beyond the trusted service: nobody looks at these.</summary>
    public bool EndsBeforeLast { get; }

    public IReadOnlyList<ApplicationClaim> Claims { get; }

    public Receipt Receipt { get; }

    /// <summary>The answer of a ledger with this receipt, its claims and its transaction id.</summary>
    public JsonObject ToJson()
    {
        var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteString("state", "Ready");
            json.WriteString("transactionId", Receipt.Leaf.CommitEvidence.Split(':')[1]);
            json.WritePropertyName("receipt");
            ReceiptJsonWriter.Write(json, Receipt, withLeafAndRoot: true);
            json.WritePropertyName("applicationClaims");
            ReceiptJsonWriter.Write(json, Claims);
            json.WriteEndObject();
        }
        return JsonNode.Parse(text.ToArray())!.AsObject();
    }

    private static List<ApplicationClaim> MakeClaims(Random random) =>
        [.. Enumerable.Range(0, random.Next(3)).Select(_ => random.Next(3) == 0 ? MakeDigest(random) : MakeEntry(random))];

    private static ApplicationClaim MakeDigest(Random random) =>
        new ApplicationClaim.ClaimDigest(random.Next(2) == 0 ? ClaimsDigest.LedgerEntryProtocol : "Other", Any(random));

    private static ApplicationClaim MakeEntry(Random random) =>
        new ApplicationClaim.LedgerEntry(
            new CollectionId("größe:0"), $"{{\"price\": \"{random.Next()} €\"}} 🪨", Any(random).ToArray());

    private static Digest Any(Random random)
    {
        var bytes = new byte[Digest.Size];
        random.NextBytes(bytes);
        return new Digest(bytes);
    }

    private static string Certificate(Random random, ECDsa subject, ECDsa issuer, string name)
    {
        var from = DateTimeOffset.Parse("2020-01-01T00:00:00Z", CultureInfo.InvariantCulture);
        var hash = Hashes[random.Next(Hashes.Length)];
        var request = new CertificateRequest($"CN=The {name}, O=\"Größe, {random.Next(100)}\"", subject, hash);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(name == "Service", false, 0, true));
        var generator = X509SignatureGenerator.CreateForECDsa(issuer);
        var serial = Encoding.ASCII.GetBytes($"serial {random.Next(1000)}");
        // From 2050 on certificates write the year in four digits.
        var to = from.AddYears(random.Next(1, 40));
        using var certificate = request.Create(new X500DistinguishedName("CN=Issuer"), generator, from, to, serial);
        return certificate.ExportCertificatePem();
    }
}
