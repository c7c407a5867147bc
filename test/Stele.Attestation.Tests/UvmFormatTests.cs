using System.Formats.Cbor;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Stele.Attestation.Azure;
using Stele.Attestation.Certificates;
using Stele.Cryptography.Cose;

namespace Stele.Attestation.Tests;

/// <summary>
/// Endorsements in the form of today, of which none is published: made here under a root of our own, and judged with a
/// report that is genuine.
/// </summary>
public sealed class UvmFormatTests : IDisposable
{
    private const string Usage = "1.3.6.1.4.1.311.76.59.1.2";
    private static readonly DateTimeOffset Signed = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
    private static AciEvidence Container => Evidence.Aci();
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
    private readonly X509Certificate2 _root;
    private readonly X509Certificate2 _leaf;

    public UvmFormatTests()
    {
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var root = new CertificateRequest("CN=Root,O=Test", rootKey, HashAlgorithmName.SHA384);
        root.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _root = root.CreateSelfSigned(Signed.AddYears(-5), Signed.AddYears(5));
        var leaf = new CertificateRequest("CN=Signer,O=Test", _key, HashAlgorithmName.SHA384);
        leaf.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(Usage)], critical: false));
        _leaf = leaf.Create(_root, Signed.AddDays(-1), Signed.AddDays(1), [1]);
    }

    private string Did => $"did:x509:0:sha256:{Fingerprint(_root)}::eku:{Usage}";

    public void Dispose()
    {
        _key.Dispose();
        _root.Dispose();
        _leaf.Dispose();
    }

    [Fact]
    public void An_endorsement_of_todays_form_is_accepted() => Assert.Equal([], Failed(Endorse(Container.Snp.Report.Measurement)));

    [Fact]
    public void One_of_another_measurement_is_refused() =>
        Assert.Equal(["uvm:measurement"], Failed(Endorse(new byte[48])));

    [Fact]
    public void One_that_was_signed_when_its_signers_certificate_was_not_valid_is_refused() =>
        Assert.Equal(["uvm:chain-validity"], Failed(Endorse(Container.Snp.Report.Measurement, signed: Signed.AddDays(2))));

    [Fact]
    public void Security_versions_are_compared_as_numbers()
    {
        Assert.Equal(["uvm:guestsvn"], Failed(Endorse(Container.Snp.Report.Measurement, svn: 22)));
        Assert.Equal([], Failed(Endorse(Container.Snp.Report.Measurement, svn: 1000)));
    }

    [Fact]
    public void One_by_another_key_than_its_certificates_is_refused()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        Assert.Equal(["uvm:signature"], Failed(Endorse(Container.Snp.Report.Measurement, key: other)));
    }

    [Fact]
    public void One_whose_chain_does_not_reach_the_root_is_refused() => Assert.Equal(
        ["uvm:chain", "uvm:did"], Failed(Endorse(Container.Snp.Report.Measurement, chain: [_leaf])));

    [Fact]
    public void A_payload_that_is_no_measurement_is_not_read() =>
        Assert.Throws<FormatException>(() => Endorse(new byte[47]));

    [Theory]
    [InlineData("::eku:1.3.6.1.4.1.311.76.59.1.2", true)]
    [InlineData("::eku:1.3.6.1.4.1.311.76.59.1.5", false)]
    [InlineData("::subject:CN:Signer", true)]
    [InlineData("::subject:CN:Signer:O:Test", true)]
    [InlineData("::subject:CN:Sign%65r::eku:1.3.6.1.4.1.311.76.59.1.2", true)]
    [InlineData("::subject:CN:Signer:O:Else", false)]
    [InlineData("::subject:CN:Signer::eku:1.2", false)]
    public void An_issuer_is_named_by_all_its_conditions(string conditions, bool isNamed)
    {
        Certificate[] chain = [Certificate.Read(_leaf.RawData), Certificate.Read(_root.RawData)];
        Assert.Equal(isNamed, DidX509.Parse($"did:x509:0:sha256:{Fingerprint(_root)}{conditions}").Names(chain));
        // The fingerprint is an authority's, never the signer's own.
        Assert.False(DidX509.Parse($"did:x509:0:sha256:{Fingerprint(_leaf)}{conditions}").Names(chain));
    }

    [Theory]
    [InlineData("did:x509:1:sha256:AAAA::eku:1.2")]
    [InlineData("did:x509:0:sha1:AAAA::eku:1.2")]
    [InlineData("did:x509:0:sha256:AAAA")]
    [InlineData("did:x509:0:sha256:AAAA::")]
    [InlineData("did:x509:0:sha256:AAAA::san:email:a")]
    [InlineData("did:x509:0:sha256:AAAA::subject:CN")]
    [InlineData("did:x509:0:sha256:AA==::eku:1.2")]
    [InlineData("did:web:example.com")]
    public void An_issuer_that_is_not_understood_is_not_read(string did) =>
        Assert.Throws<FormatException>(() => DidX509.Parse(did));

    private IEnumerable<string> Failed(UvmEndorsement endorsement)
    {
        var policy = new EvidencePolicy { UvmEndorsers = [new UvmEndorser(Did, "Test-UVM", 101)] };
        return Evidence.Names(Evidence.Judge(Container with { Uvm = endorsement }, policy));
    }

    private UvmEndorsement Endorse(
        ReadOnlyMemory<byte> measurement, ulong svn = 101, DateTimeOffset? signed = null, ECDsa? key = null,
        X509Certificate2[]? chain = null)
    {
        var header = Header(svn, signed ?? Signed, chain ?? [_leaf, _root]);
        var cbor = new CborWriter();
        cbor.WriteTag((CborTag)18);
        cbor.WriteStartArray(4);
        cbor.WriteByteString(header);
        cbor.WriteStartMap(0);
        cbor.WriteEndMap();
        cbor.WriteByteString(measurement.Span);
        cbor.WriteByteString((key ?? _key).SignData(CoseSign1.SignedBytes(header, measurement.Span), HashAlgorithmName.SHA384));
        cbor.WriteEndArray();
        return UvmEndorsement.Read(cbor.Encode());
    }

    private byte[] Header(ulong svn, DateTimeOffset signed, X509Certificate2[] chain)
    {
        var cbor = new CborWriter();
        cbor.WriteStartMap(4);
        cbor.WriteInt32(1);
        cbor.WriteInt32(-35);
        cbor.WriteInt32(15);
        cbor.WriteStartMap(4);
        cbor.WriteInt32(1);
        cbor.WriteTextString(Did);
        cbor.WriteInt32(2);
        cbor.WriteTextString("Test-UVM");
        cbor.WriteInt32(6);
        cbor.WriteInt64(signed.ToUnixTimeSeconds());
        cbor.WriteTextString("svn");
        cbor.WriteUInt64(svn);
        cbor.WriteEndMap();
        cbor.WriteInt32(33);
        cbor.WriteStartArray(chain.Length);
        foreach (var certificate in chain) cbor.WriteByteString(certificate.RawData);
        cbor.WriteEndArray();
        cbor.WriteInt32(259);
        cbor.WriteTextString("application/octet-stream");
        cbor.WriteEndMap();
        return cbor.Encode();
    }

    private static string Fingerprint(X509Certificate2 certificate) =>
        System.Buffers.Text.Base64Url.EncodeToString(SHA256.HashData(certificate.RawData));
}
