using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Stele.Attestation.Certificates;
using Stele.Attestation.Formats;

namespace Stele.Attestation.Dcap;

/// <summary>
/// One of Intel's signed JSON texts: an object with the statement and a signature over the statement's characters as they
/// stand there. Written anew, with the same members and values, it would not verify.
/// </summary>
internal sealed class SignedStatement
{
    private const int SignatureBytes = 64;

    private readonly byte[] _signed;
    private readonly byte[] _signature;

    private SignedStatement(JsonElement outer, string member)
    {
        Content = EvidenceJson.Member(outer, member, JsonValueKind.Object);
        _signed = JsonMarshal.GetRawUtf8Value(Content).ToArray();
        _signature = CollateralJson.Hex(outer, "signature", SignatureBytes);
        IssueDate = CollateralJson.Moment(Content, "issueDate");
        NextUpdate = CollateralJson.Moment(Content, "nextUpdate");
        EvaluationNumber = CollateralJson.Number(Content, "tcbEvaluationDataNumber", int.MaxValue);
    }

    /// <summary>The statement.</summary>
    public JsonElement Content { get; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset IssueDate { get; }

    /// <summary>Until when the next one is made.</summary>
    public DateTimeOffset NextUpdate { get; }

    /// <summary>Which round of Intel's evaluations it is of; a higher one is newer.</summary>
    public int EvaluationNumber { get; }

    /// <summary>Reads a statement.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static SignedStatement Read(ReadOnlyMemory<byte> json, string member) => new(EvidenceJson.ReadObject(json), member);

    /// <summary>Whether a key signed it.</summary>
    public bool IsSignedBy(PublicKeyInfo key) => key.IsP256
        && key.VerifyEcdsa(
            _signed, _signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    /// <summary>Whether it is neither too early nor too late to go by it.</summary>
    public bool IsCurrentAt(DateTimeOffset asOf) => IssueDate <= asOf && asOf <= NextUpdate;
}
