using System.Formats.Cbor;
using System.Security.Cryptography;
using Stele.Attestation.Certificates;
using Stele.Attestation.Formats;
using Stele.Attestation.Snp;
using Stele.Cryptography;

namespace Stele.Attestation.Azure;

/// <summary>
/// A COSE_Sign1 message signed by a key that was made in a confidential container, whose evidence stands in its header
/// (as Microsoft's attested signing services send to transparency ledgers).
/// </summary>
public sealed class AttestedMessage
{
    private const string EvidenceType = "SEV-SNP:ContainerPlat-AMD-UVM";
    private const int KeyIdHeader = 4;
    private static readonly string[] Names = ["attestedsvc", "msft-css-dev"];
    private readonly CoseEnvelope _envelope;
    private readonly PublicKeyInfo _key;

    private AttestedMessage(ReadOnlyMemory<byte> bytes)
    {
        _envelope = CoseEnvelope.Read(bytes);
        var name = Array.Find(Names, _envelope.Header.Has) ?? throw new FormatException("No evidence in the header.");
        if (_envelope.Critical.Any(critical => critical != name))
            throw new FormatException("The message demands to be understood in an unknown way.");
        var service = _envelope.Header.Map(name);
        if (service.Get("attestation_type", reader => reader.ReadTextString()) != EvidenceType)
            throw new FormatException("Evidence of an unknown type.");
        Evidence = new AciEvidence(
            new SnpEvidence(
                SnpReport.Read(service.Get("attestation", Bytes)), SnpCertificates.ReadPem(service.Get("snp_endorsements", Bytes))),
            Uvm: UvmEndorsement.Read(service.Get("uvm_endorsements", Bytes)));
        (_key, KeyThumbprint) = ReadKey(service.Map("cose_key"));
        KeyId = _envelope.Header.Get(KeyIdHeader, Bytes);
    }

    /// <summary>What the container shows of itself.</summary>
    public AciEvidence Evidence { get; }

    /// <summary>What was signed.</summary>
    public ReadOnlyMemory<byte> Payload => _envelope.Payload;

    /// <summary>The key's id in the header.</summary>
    public ReadOnlyMemory<byte> KeyId { get; }

    /// <summary>SHA-256 of the container's key as a COSE_Key (RFC 9679): what the report must be bound to.</summary>
    public Digest KeyThumbprint { get; }

    /// <summary>Reads a message.</summary>
    /// <exception cref="FormatException">The bytes are none, or hold no such evidence.</exception>
    public static AttestedMessage Read(ReadOnlyMemory<byte> bytes) => new(bytes);

    /// <summary>Judges the evidence as of a moment, that it is bound to the key, and that the key signed. Throws nothing.</summary>
    public Verdict Verify(EvidencePolicy policy, TrustAnchors anchors, DateTimeOffset asOf)
    {
        var container = AciVerifier.Verify(Evidence, policy, anchors, asOf);
        var checks = new CheckList();
        checks.Include(container.Checks);
        Appraisal.CheckReportData(checks, "key-bound", KeyThumbprint.ToArray(), Evidence.Snp.Report.ReportData);
        checks.Add("kid-is-thumbprint", KeyId.Span.SequenceEqual(KeyThumbprint.Span), "The key's id is not its thumbprint.");
        checks.Add("message-signature", _envelope.IsSignedBy(_key), "The container's key did not sign the message.");
        return new Verdict(container.Claims, checks.All);
    }

    private static (PublicKeyInfo Key, Digest Thumbprint) ReadKey(CborMap key)
    {
        if (key.Get(1, reader => reader.ReadInt64()) != 2) throw new FormatException("Not a key on an elliptic curve.");
        var number = key.Get(-1, reader => reader.ReadInt64());
        var curve = number switch
        {
            1 => ECCurve.NamedCurves.nistP256,
            2 => ECCurve.NamedCurves.nistP384,
            _ => throw new FormatException("A key on an unknown curve."),
        };
        var (x, y) = (key.Get(-2, Bytes), key.Get(-3, Bytes));
        return (PublicKeyInfo.OfPoint(curve, x, y), Thumbprint(number, x, y));
    }

    private static Digest Thumbprint(long curve, byte[] x, byte[] y)
    {
        var cbor = new CborWriter();
        cbor.WriteStartMap(4);
        cbor.WriteInt32(1);
        cbor.WriteInt32(2);
        cbor.WriteInt32(-1);
        cbor.WriteInt64(curve);
        cbor.WriteInt32(-2);
        cbor.WriteByteString(x);
        cbor.WriteInt32(-3);
        cbor.WriteByteString(y);
        cbor.WriteEndMap();
        return Digest.Of(cbor.Encode());
    }

    private static byte[] Bytes(CborReader reader) => reader.ReadByteString();
}
