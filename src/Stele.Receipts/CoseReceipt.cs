using System.Formats.Cbor;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Stele.Cryptography;
using Stele.Cryptography.Certificates;
using Stele.Cryptography.Cose;
using Stele.Cryptography.Merkle;

namespace Stele.Receipts;

/// <summary>
/// A receipt as CCF gives it in COSE: the service's own signature over the root, with the Merkle proof in its unprotected
/// header (draft-ietf-cose-merkle-tree-proofs, draft-birkholz-cose-receipts-ccf-profile).
/// </summary>
public sealed class CoseReceipt
{
    private const int ProofsLabel = 396;
    private const int InclusionProofs = -1;
    private const int LeafLabel = 1;
    private const int PathLabel = 2;
    private const int StepsMax = 64;

    private readonly LedgerSignature _signature;

    private CoseReceipt(LedgerSignature signature, LeafComponents leaf, MerkleProof proof) =>
        (_signature, Leaf, Proof) = (signature, leaf, proof);

    /// <summary>What the leaf is made of.</summary>
    public LeafComponents Leaf { get; }

    /// <summary>The path from the leaf to the root.</summary>
    public MerkleProof Proof { get; }

    /// <summary>Reads a receipt with one inclusion proof.</summary>
    /// <exception cref="FormatException">The bytes are not such a receipt.</exception>
    public static CoseReceipt Read(ReadOnlyMemory<byte> bytes)
    {
        var signature = LedgerSignature.Read(bytes);
        try
        {
            var proof = new CborReader(ReadProofBytes(signature.UnprotectedHeader), CborConformanceMode.Strict);
            return ReadProof(signature, proof);
        }
        catch (Exception fault) when (fault is CborContentException or InvalidOperationException or OverflowException)
        {
            throw new FormatException("The COSE receipt's unprotected header holds no inclusion proof.", fault);
        }
    }

    /// <summary>Whether a service's key signed the root that this receipt leads to; the key id must be that key's.</summary>
    /// <param name="service">The certificate of the service that signed, from a source that is trusted.</param>
    public bool Verify(X509Certificate2 service)
    {
        using var key = CertificateKey.Of(service);
        return key is not null && Verify(key);
    }

    private bool Verify(ECDsa key) => _signature.Verify(key, Proof.RootFor(Leaf.ToLeaf()));

    private static byte[] ReadProofBytes(ReadOnlyMemory<byte> header)
    {
        var cbor = new CborReader(header, CborConformanceMode.Strict);
        EnterOnly(cbor, ProofsLabel);
        EnterOnly(cbor, InclusionProofs);
        if (cbor.ReadStartArray() != 1) throw new FormatException("A COSE receipt holds one inclusion proof.");
        return cbor.ReadByteString();
    }

    private static void EnterOnly(CborReader cbor, int label)
    {
        if (cbor.ReadStartMap() != 1 || cbor.ReadInt32() != label)
            throw new FormatException($"The COSE receipt's proofs are not where they belong ({label}).");
    }

    private static CoseReceipt ReadProof(LedgerSignature signature, CborReader cbor)
    {
        if (cbor.ReadStartMap() != 2 || cbor.ReadInt32() != LeafLabel || cbor.ReadStartArray() != 3)
            throw new FormatException("The COSE receipt's proof does not begin with a leaf of three parts.");
        // Arguments are evaluated in their order, which is that of the bytes.
        var leaf = new LeafComponents(ReadDigest(cbor), cbor.ReadTextString(), ReadDigest(cbor));
        cbor.ReadEndArray();
        if (cbor.ReadInt32() != PathLabel) throw new FormatException("The COSE receipt's proof has no path.");
        var steps = ReadPath(cbor);
        cbor.ReadEndMap();
        if (cbor.BytesRemaining != 0) throw new FormatException("Bytes follow the COSE receipt's proof.");
        return new CoseReceipt(signature, leaf, new MerkleProof(steps));
    }

    private static List<ProofStep> ReadPath(CborReader cbor)
    {
        if (cbor.ReadStartArray() is not { } count || count > StepsMax)
            throw new FormatException($"The COSE receipt's path is longer than {StepsMax} steps.");
        var steps = new List<ProofStep>(count);
        for (; count > 0; count--)
        {
            if (cbor.ReadStartArray() != 2) throw new FormatException("A step of the COSE receipt's path has not two parts.");
            var siblingIsLeft = cbor.ReadBoolean();
            steps.Add(new ProofStep(ReadDigest(cbor), siblingIsLeft));
            cbor.ReadEndArray();
        }
        cbor.ReadEndArray();
        return steps;
    }

    private static Digest ReadDigest(CborReader cbor)
    {
        var bytes = cbor.ReadByteString();
        return bytes.Length == Digest.Size ? new Digest(bytes) : throw new FormatException($"A digest of {bytes.Length} bytes.");
    }
}
