using System.Formats.Cbor;
using System.Security.Cryptography;
using Stele.Cryptography.Keys;

namespace Stele.Cryptography.Cose;

/// <summary>
/// A service's statement that an earlier one signed the ledger from one transaction to another, as CCF records it when a
/// service opens: a COSE_Sign1 with the earlier service's public key (SubjectPublicKeyInfo) as payload and the protected header
/// <c>{1: alg, 15: {6: iat}, "ccf.v1": {"epoch.start.txid", "epoch.end.txid", "epoch.end.merkle.root"}}</c>. A service that
/// recovered nothing says so of itself, without an end.
/// </summary>
/// <param name="PublicKey">The key of the earlier service, SubjectPublicKeyInfo.</param>
/// <param name="Begin">The transaction that created that service.</param>
/// <param name="End">Its last signature transaction, and the root that it signed; null of the present service.</param>
public sealed record ServiceEndorsement(ReadOnlyMemory<byte> PublicKey, TransactionId Begin, (TransactionId Id, Digest Root)? End)
{
    private const int Algorithm = 1;
    private const int Claims = 15;
    private const int IssuedAt = 6;
    private const string CcfHeader = "ccf.v1";
    private const string BeginName = "epoch.start.txid";
    private const string EndName = "epoch.end.txid";
    private const string RootName = "epoch.end.merkle.root";
    private const int MembersMax = 16;

    /// <summary>Signs it.</summary>
    /// <param name="key">The key of the service that endorses.</param>
    /// <param name="issuedAt">The time, as whole seconds.</param>
    public byte[] Sign(SigningKey key, DateTimeOffset issuedAt)
    {
        var cbor = new CborWriter(CborConformanceMode.Lax);
        cbor.WriteStartMap(3);
        cbor.WriteInt32(Algorithm);
        cbor.WriteInt32((int)CoseAlgorithm.ES384);
        cbor.WriteInt32(Claims);
        cbor.WriteStartMap(1);
        cbor.WriteInt32(IssuedAt);
        cbor.WriteInt64(issuedAt.ToUnixTimeSeconds());
        cbor.WriteEndMap();
        cbor.WriteTextString(CcfHeader);
        cbor.WriteStartMap(End is null ? 1 : 3);
        WriteText(cbor, BeginName, Begin);
        if (End is { } end)
        {
            WriteText(cbor, EndName, end.Id);
            cbor.WriteTextString(RootName);
            cbor.WriteByteString(end.Root.Span);
        }
        cbor.WriteEndMap();
        cbor.WriteEndMap();
        var header = cbor.Encode();
        return CoseSign1.Write(header, PublicKey.Span, key.SignData(CoseSign1.SignedBytes(header, PublicKey.Span)));
    }

    /// <summary>Reads one and verifies it.</summary>
    /// <param name="bytes">The COSE_Sign1.</param>
    /// <param name="endorsingKey">The key of the service that is to have signed it, SubjectPublicKeyInfo.</param>
    /// <exception cref="FormatException">It is none, or another key signed it.</exception>
    public static ServiceEndorsement Read(ReadOnlyMemory<byte> bytes, ReadOnlySpan<byte> endorsingKey)
    {
        var message = CoseSign1.ReadWithPayload(bytes);
        try
        {
            var header = new CborReader(message.ProtectedHeader, CborConformanceMode.Strict);
            var (algorithm, begin, end, root) = ReadHeader(header);
            using var key = ECDsa.Create();
            key.ImportSubjectPublicKeyInfo(endorsingKey, out _);
            if (!message.Verify(key, algorithm, message.Payload!.Value.Span))
                throw new FormatException("The endorsement is not signed by the service that is said to have signed it.");
            if (begin is not { } from || (end is null) != (root is null))
                throw new FormatException("The endorsement does not say from where to where the service signed.");
            return new ServiceEndorsement(message.Payload.Value, from, end is { } to ? (to, root!.Value) : null);
        }
        catch (Exception fault) when (fault is CborContentException or InvalidOperationException or OverflowException
            or CryptographicException or ArgumentException)
        {
            throw new FormatException("The bytes are not a service's endorsement of an earlier one.", fault);
        }
    }

    private static (CoseAlgorithm Algorithm, TransactionId? Begin, TransactionId? End, Digest? Root) ReadHeader(CborReader cbor)
    {
        var algorithm = default(CoseAlgorithm);
        (TransactionId?, TransactionId?, Digest?) epoch = default;
        for (var left = LengthOfMap(cbor); left > 0; left--)
        {
            if (cbor.PeekState() == CborReaderState.TextString)
            {
                if (cbor.ReadTextString() == CcfHeader) epoch = ReadEpoch(cbor);
                else cbor.SkipValue();
            }
            else if (cbor.ReadInt64() == Algorithm) algorithm = (CoseAlgorithm)cbor.ReadInt32();
            else cbor.SkipValue();
        }
        cbor.ReadEndMap();
        return (algorithm, epoch.Item1, epoch.Item2, epoch.Item3);
    }

    private static (TransactionId? Begin, TransactionId? End, Digest? Root) ReadEpoch(CborReader cbor)
    {
        (TransactionId? begin, TransactionId? end, Digest? root) = (null, null, null);
        for (var left = LengthOfMap(cbor); left > 0; left--)
        {
            switch (cbor.ReadTextString())
            {
                case BeginName: begin = ReadId(cbor); break;
                case EndName: end = ReadId(cbor); break;
                case RootName: root = ReadRoot(cbor); break;
                default: cbor.SkipValue(); break;
            }
        }
        cbor.ReadEndMap();
        return (begin, end, root);
    }

    private static int LengthOfMap(CborReader cbor) => cbor.ReadStartMap() is { } length and <= MembersMax
        ? length
        : throw new FormatException("The endorsement's header is too long, or of no certain length.");

    private static TransactionId ReadId(CborReader cbor) => TransactionId.TryParse(cbor.ReadTextString(), out var id)
        ? id
        : throw new FormatException("The endorsement names a transaction id that is none.");

    private static Digest ReadRoot(CborReader cbor)
    {
        var bytes = cbor.ReadByteString();
        return bytes.Length == Digest.Size ? new Digest(bytes) : throw new FormatException("The endorsement's root is no digest.");
    }

    private static void WriteText(CborWriter cbor, string name, TransactionId id)
    {
        cbor.WriteTextString(name);
        cbor.WriteTextString(id.ToString());
    }
}
