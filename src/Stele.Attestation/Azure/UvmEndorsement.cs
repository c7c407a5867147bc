using System.Formats.Cbor;
using System.Globalization;
using System.Text.Json;
using Stele.Attestation.Certificates;
using Stele.Attestation.Formats;

namespace Stele.Attestation.Azure;

/// <summary>
/// Microsoft's word that a measurement is that of its utility VM, in which confidential containers run: a COSE_Sign1 with
/// the signer's certificates. Reading it checks nothing but its form.
/// </summary>
public sealed class UvmEndorsement
{
    private const int ContentTypeHeader = 3;
    private const int ClaimsHeader = 15;
    private const int ChainHeader = 33;
    private const int PreimageTypeHeader = 259;
    private const int MeasurementSize = 48;
    private const int ChainMax = 8;
    private readonly CoseEnvelope _envelope;

    private UvmEndorsement(ReadOnlyMemory<byte> encoded)
    {
        Encoded = encoded;
        _envelope = CoseEnvelope.Read(encoded);
        Chain = _envelope.Header.Get(ChainHeader, ReadChain);
        if (_envelope.Critical.Count != 0) throw new FormatException("The endorsement demands to be understood in an unknown way.");
        if (_envelope.Header.Has(ClaimsHeader))
            (Issuer, Feed, SigningTime, Svn, Measurement) = ReadClaims();
        else
            (Issuer, Feed, SigningTime, Svn, Measurement) = ReadJson();
    }

    /// <summary>All of it.</summary>
    public ReadOnlyMemory<byte> Encoded { get; }

    /// <summary>Who says to have signed, a <c>did:x509</c>.</summary>
    public string Issuer { get; }

    /// <summary>What is endorsed, such as <c>ContainerPlat-AMD-UVM</c>.</summary>
    public string Feed { get; }

    /// <summary>The security version of what is endorsed; it has nothing to do with the GUEST_SVN of a report.</summary>
    public ulong Svn { get; }

    /// <summary>The measurement that is endorsed, 48 bytes.</summary>
    public ReadOnlyMemory<byte> Measurement { get; }

    /// <summary>When it was signed, by the signer's own word.</summary>
    public DateTimeOffset SigningTime { get; }

    /// <summary>The signer's certificates, its own first, the root last.</summary>
    public IReadOnlyList<Certificate> Chain { get; }

    /// <summary>How it is signed, as a number of the COSE registry.</summary>
    public long Algorithm => _envelope.Algorithm;

    /// <summary>Reads an endorsement, in the form of today or that of ContainerPlat up to 0.2.9.</summary>
    /// <exception cref="FormatException">The bytes are none.</exception>
    public static UvmEndorsement Read(ReadOnlyMemory<byte> encoded) => new(encoded);

    /// <summary>Whether the first certificate's key signed it.</summary>
    public bool IsSigned => _envelope.IsSignedBy(Chain[0].PublicKey);

    /// <summary>Whether each certificate is signed by the next, and the last by itself.</summary>
    public bool IsChained => Chain.Count > 1 && Chain.Zip(Chain.Skip(1).Append(Chain[^1]))
        .All(pair => pair.First.IsSignedBy(pair.Second, pair.First.Scheme));

    /// <summary>Whether it is genuine, by the chain that it names, and of a measurement. Who may endorse, a policy says.</summary>
    public bool IsGenuineOf(ReadOnlyMemory<byte> measurement)
    {
        var checks = new CheckList();
        UvmVerifier.Check(checks, this, measurement, endorsers: null);
        return checks.All.All(check => check.Passed);
    }

    private (string, string, DateTimeOffset, ulong, ReadOnlyMemory<byte>) ReadClaims()
    {
        var header = _envelope.Header;
        var claims = header.Map(ClaimsHeader);
        if (header.Get(PreimageTypeHeader, Text) != "application/octet-stream")
            throw new FormatException("The endorsement is of something else than a measurement.");
        if (_envelope.Payload.Length != MeasurementSize) throw new FormatException("The endorsed measurement has no 48 bytes.");
        return (
            claims.Get(1, Text), claims.Get(2, Text), claims.Get(6, Cbor.Moment), claims.Get("svn", reader => reader.ReadUInt64()),
            _envelope.Payload);
    }

    private (string, string, DateTimeOffset, ulong, ReadOnlyMemory<byte>) ReadJson()
    {
        var header = _envelope.Header;
        if (header.Get(ContentTypeHeader, Text) != "application/json") throw new FormatException("The endorsement is no JSON.");
        var payload = EvidenceJson.ReadObject(_envelope.Payload);
        var measurement = Convert.FromHexString(EvidenceJson.Text(payload, "x-ms-sevsnpvm-launchmeasurement"));
        if (measurement.Length != MeasurementSize) throw new FormatException("The endorsed measurement has no 48 bytes.");
        return (
            header.Get("iss", Text), header.Get("feed", Text), header.Get("signingtime", Cbor.Moment), ReadSvn(payload), measurement);
    }

    // Some endorsements write the number as a text.
    private static ulong ReadSvn(JsonElement payload)
    {
        const string Name = "x-ms-sevsnpvm-guestsvn";
        if (EvidenceJson.TryGet(payload, Name, JsonValueKind.Number, out var number) && number.TryGetUInt64(out var value)) return value;
        return ulong.TryParse(EvidenceJson.Text(payload, Name), NumberStyles.None, CultureInfo.InvariantCulture, out var svn)
            ? svn
            : throw new FormatException("The endorsed security version is no number.");
    }

    private static string Text(CborReader reader) => reader.ReadTextString();

    private static List<Certificate> ReadChain(CborReader reader)
    {
        var chain = new List<Certificate>();
        reader.ReadStartArray();
        while (reader.PeekState() is not CborReaderState.EndArray)
        {
            if (chain.Count == ChainMax) throw new FormatException($"Over {ChainMax} certificates.");
            chain.Add(Certificate.Read(reader.ReadByteString()));
        }

        reader.ReadEndArray();
        return chain.Count > 0 ? chain : throw new FormatException("No certificate.");
    }
}
