using System.Formats.Cbor;
using System.Security.Cryptography;
using System.Text;
using Stele.Cryptography.Keys;

namespace Stele.Cryptography.Cose;

/// <summary>
/// The service's signature over a Merkle root, as CCF writes it into its ledger and hands it out in COSE receipts: a
/// COSE_Sign1 with the root as detached payload and the protected header
/// <c>{1: alg, 4: kid, 395: 2, 15: {6: iat, 1: iss, 2: sub}, "ccf.v1": {"txid": "view.seqno"}}</c>.
/// </summary>
public sealed class LedgerSignature
{
    private const int Algorithm = 1;
    private const int KeyIdLabel = 4;
    private const int Claims = 15;
    private const int IssuedAtLabel = 6;
    private const int Issuer = 1;
    private const int Subject = 2;

    // Verifiable data structure (draft-ietf-cose-merkle-tree-proofs): CCF's ledger.
    private const int DataStructure = 395;
    private const int CcfLedger = 2;
    private const string CcfHeader = "ccf.v1";
    private const string TransactionIdName = "txid";

    private readonly CoseSign1 _message;
    private CoseAlgorithm _algorithm;

    private LedgerSignature(CoseSign1 message) => _message = message;

    /// <summary>Hexadecimal SHA-256 of the service's public key.</summary>
    public string KeyId { get; private set; } = "";

    /// <summary>The signature transaction; none where an old service did not say.</summary>
    public TransactionId? Id { get; private set; }

    /// <summary>When the service says that it signed (<c>iat</c>, RFC 8392), in whole seconds; null where it does not say.</summary>
    public DateTimeOffset? IssuedAt { get; private set; }

    /// <summary>The unprotected header: where a COSE receipt carries its proofs.</summary>
    public ReadOnlyMemory<byte> UnprotectedHeader => _message.UnprotectedHeader;

    /// <summary>Signs a root.</summary>
    /// <param name="key">The service's key.</param>
    /// <param name="id">The signature transaction.</param>
    /// <param name="root">The root over all leaves before it.</param>
    /// <param name="issuedAt">The time, as whole seconds.</param>
    /// <param name="issuer">Who signs.</param>
    /// <param name="subject">The ledger.</param>
    public static byte[] Create(
        SigningKey key, TransactionId id, in Digest root, DateTimeOffset issuedAt, string issuer, string subject)
    {
        var cbor = new CborWriter(CborConformanceMode.Lax);
        cbor.WriteStartMap(5);
        cbor.WriteInt32(Algorithm);
        cbor.WriteInt32((int)CoseAlgorithm.ES384);
        cbor.WriteInt32(KeyIdLabel);
        cbor.WriteByteString(Encoding.ASCII.GetBytes(key.KeyId));
        cbor.WriteInt32(DataStructure);
        cbor.WriteInt32(CcfLedger);
        cbor.WriteInt32(Claims);
        cbor.WriteStartMap(3);
        cbor.WriteInt32(IssuedAtLabel);
        cbor.WriteInt64(issuedAt.ToUnixTimeSeconds());
        cbor.WriteInt32(Issuer);
        cbor.WriteTextString(issuer);
        cbor.WriteInt32(Subject);
        cbor.WriteTextString(subject);
        cbor.WriteEndMap();
        cbor.WriteTextString(CcfHeader);
        cbor.WriteStartMap(1);
        cbor.WriteTextString(TransactionIdName);
        cbor.WriteTextString(id.ToString());
        cbor.WriteEndMap();
        cbor.WriteEndMap();
        var header = cbor.Encode();
        return CoseSign1.Write(header, key.SignData(CoseSign1.SignedBytes(header, root.Span)));
    }

    /// <summary>Reads a signature.</summary>
    /// <exception cref="FormatException">The bytes are not a service's signature.</exception>
    public static LedgerSignature Read(ReadOnlyMemory<byte> bytes)
    {
        var signature = new LedgerSignature(CoseSign1.Read(bytes));
        try
        {
            signature.ReadHeader(new CborReader(signature._message.ProtectedHeader, CborConformanceMode.Strict));
            return signature;
        }
        catch (Exception fault) when (fault is CborContentException or InvalidOperationException or OverflowException)
        {
            throw new FormatException("The COSE_Sign1's protected header is not a service signature's.", fault);
        }
    }

    /// <summary>Whether a service's key signed a root by this signature; the key id must be that key's.</summary>
    public bool Verify(ECDsa serviceKey, in Digest root) =>
        KeyId == Digest.Of(serviceKey.ExportSubjectPublicKeyInfo()).ToHex()
        && _message.Verify(serviceKey, _algorithm, root.Span);

    private void ReadHeader(CborReader cbor)
    {
        var hasStructure = false;
        for (var left = cbor.ReadStartMap() ?? throw new FormatException("A header of no certain length."); left > 0; left--)
        {
            if (cbor.PeekState() == CborReaderState.TextString)
            {
                if (cbor.ReadTextString() == CcfHeader) ReadCcfHeader(cbor);
                else cbor.SkipValue();
                continue;
            }
            switch (cbor.ReadInt64())
            {
                case Algorithm: _algorithm = (CoseAlgorithm)cbor.ReadInt32(); break;
                case KeyIdLabel: KeyId = Encoding.ASCII.GetString(cbor.ReadByteString()); break;
                case Claims when cbor.PeekState() == CborReaderState.StartMap: ReadClaims(cbor); break;
                case DataStructure: hasStructure = cbor.ReadInt32() == CcfLedger; break;
                default: cbor.SkipValue(); break;
            }
        }
        cbor.ReadEndMap();
        if (!hasStructure) throw new FormatException("The header does not say (395: 2) that CCF's ledger is signed.");
    }

    private void ReadClaims(CborReader cbor)
    {
        for (var left = cbor.ReadStartMap() ?? throw new FormatException("A header of no certain length."); left > 0; left--)
        {
            ulong? label = null;
            if (cbor.PeekState() == CborReaderState.UnsignedInteger) label = cbor.ReadUInt64();
            else cbor.SkipValue();
            if (label == IssuedAtLabel && cbor.PeekState() == CborReaderState.UnsignedInteger) IssuedAt = TimeOf(cbor.ReadUInt64());
            else cbor.SkipValue();
        }
        cbor.ReadEndMap();
    }

    private static DateTimeOffset? TimeOf(ulong seconds) =>
        seconds <= (ulong)DateTimeOffset.MaxValue.ToUnixTimeSeconds() ? DateTimeOffset.FromUnixTimeSeconds((long)seconds) : null;

    private void ReadCcfHeader(CborReader cbor)
    {
        for (var left = cbor.ReadStartMap() ?? throw new FormatException("A header of no certain length."); left > 0; left--)
        {
            if (cbor.ReadTextString() != TransactionIdName) cbor.SkipValue();
            else if (TransactionId.TryParse(cbor.ReadTextString(), out var id)) Id = id;
            else throw new FormatException("The header's transaction id is none.");
        }
        cbor.ReadEndMap();
    }
}
