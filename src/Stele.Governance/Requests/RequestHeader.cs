using System.Formats.Cbor;
using System.Text;
using Stele.Cryptography.Cose;

namespace Stele.Governance.Requests;

/// <summary>The protected header of a signed request.</summary>
/// <param name="Algorithm">The signature's algorithm.</param>
/// <param name="MemberId">Who signed: the key id, lower-case hexadecimal SHA-256 of the member's certificate.</param>
/// <param name="Type">What is asked for.</param>
/// <param name="CreatedAt">When it was made, by the member's clock, in seconds since 1970.</param>
/// <param name="ProposalId">The proposal it is about; none where it is about none.</param>
public sealed record RequestHeader(CoseAlgorithm Algorithm, string MemberId, RequestType Type, long CreatedAt, string? ProposalId)
{
    private const int AlgorithmLabel = 1;
    private const int CriticalLabel = 2;
    private const int KeyIdLabel = 4;
    private const string TypeName = "ccf.gov.msg.type";
    private const string CreatedAtName = "ccf.gov.msg.created_at";
    private const string ProposalIdName = "ccf.gov.msg.proposal_id";

    // Ten digits: the row of a proposal among the recent ones begins with them, so that rows are in the order of time.
    private const long CreatedAtMax = 9_999_999_999;

    /// <summary>Reads a header.</summary>
    /// <exception cref="FormatException">It is not one of a signed request.</exception>
    public static RequestHeader Read(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var draft = new Draft();
            draft.Read(new CborReader(bytes, CborConformanceMode.Strict));
            return draft.Finish();
        }
        catch (Exception fault) when (fault is CborContentException or InvalidOperationException or OverflowException)
        {
            throw new FormatException("The protected header is not a signed request's.", fault);
        }
    }

    /// <summary>The header's bytes.</summary>
    public byte[] ToBytes()
    {
        var cbor = new CborWriter(CborConformanceMode.Lax);
        cbor.WriteStartMap(ProposalId is null ? 4 : 5);
        cbor.WriteInt32(AlgorithmLabel);
        cbor.WriteInt32((int)Algorithm);
        cbor.WriteInt32(KeyIdLabel);
        cbor.WriteByteString(Encoding.ASCII.GetBytes(MemberId));
        cbor.WriteTextString(TypeName);
        cbor.WriteTextString(RequestTypes.NameOf(Type));
        cbor.WriteTextString(CreatedAtName);
        cbor.WriteInt64(CreatedAt);
        if (ProposalId is not null)
        {
            cbor.WriteTextString(ProposalIdName);
            cbor.WriteTextString(ProposalId);
        }
        cbor.WriteEndMap();
        return cbor.Encode();
    }

    private sealed class Draft
    {
        private CoseAlgorithm? _algorithm;
        private string? _memberId;
        private RequestType? _type;
        private long? _createdAt;
        private string? _proposalId;

        public void Read(CborReader cbor)
        {
            for (var left = cbor.ReadStartMap() ?? throw new FormatException("A header of no certain length."); left > 0; left--)
            {
                if (cbor.PeekState() == CborReaderState.TextString) ReadNamed(cbor);
                else ReadNumbered(cbor);
            }
            cbor.ReadEndMap();
            if (cbor.BytesRemaining != 0) throw new FormatException("Bytes follow the header.");
        }

        public RequestHeader Finish() => new(
            _algorithm ?? throw new FormatException("The header names no algorithm (1)."),
            _memberId ?? throw new FormatException("The header names no key (4)."),
            _type ?? throw new FormatException($"The header has no {TypeName}."),
            _createdAt ?? throw new FormatException($"The header has no {CreatedAtName}."),
            _proposalId);

        private void ReadNumbered(CborReader cbor)
        {
            switch (cbor.ReadInt64())
            {
                case AlgorithmLabel:
                    _algorithm = (CoseAlgorithm)cbor.ReadInt32();
                    if (!Enum.IsDefined(_algorithm.Value)) throw new FormatException("The algorithm must be ES256, ES384 or ES512.");
                    break;
                case KeyIdLabel: _memberId = Encoding.ASCII.GetString(cbor.ReadByteString()); break;
                case CriticalLabel: throw new FormatException("The header demands (2) what is not known here.");
                default: cbor.SkipValue(); break;
            }
        }

        private void ReadNamed(CborReader cbor)
        {
            switch (cbor.ReadTextString())
            {
                case TypeName: _type = RequestTypes.Parse(cbor.ReadTextString()); break;
                case CreatedAtName: _createdAt = ReadTime(cbor); break;
                case ProposalIdName: _proposalId = cbor.ReadTextString(); break;
                default: cbor.SkipValue(); break;
            }
        }

        private static long ReadTime(CborReader cbor) =>
            cbor.ReadUInt64() is var seconds and <= CreatedAtMax
                ? (long)seconds
                : throw new FormatException($"{CreatedAtName} is a time in seconds since 1970.");
    }
}
