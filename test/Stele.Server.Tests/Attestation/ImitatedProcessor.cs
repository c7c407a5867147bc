using System.Buffers.Binary;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Stele.Attestation;
using Stele.Cryptography;

namespace Stele.Server.Tests.Attestation;

/// <summary>
/// A processor that signs reports as AMD's do, with a root of its own: what it shows is genuine to whoever trusts that root.
/// </summary>
internal sealed class ImitatedProcessor : IDisposable
{
    private const string Arc = "1.3.6.1.4.1.3704.1.";
    private const byte BootLoader = 9;
    private const byte Tee = 1;
    private const byte Snp = 23;
    private const byte Microcode = 72;

    // RSA keys of 4096 bits take seconds to make: one processor serves all tests.
    private static readonly Lazy<ImitatedProcessor> OnlyOne = new(() => new ImitatedProcessor());

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
    private readonly byte[] _chipId = RandomNumberGenerator.GetBytes(64);

    private ImitatedProcessor()
    {
        using var rootKey = RSA.Create(4096);
        using var intermediateKey = RSA.Create(4096);
        var root = Name("ARK-Genoa");
        var intermediate = Name("SEV-Genoa");
        Root = Certify(Request(root, rootKey), root, rootKey, 1);
        Intermediate = Certify(Request(intermediate, intermediateKey), root, rootKey, 2);
        EndorsementKey = Certify(RequestForKey(), intermediate, intermediateKey, 3);
    }

    public static ImitatedProcessor Shared => OnlyOne.Value;

    /// <summary>What trusts this processor, and no other.</summary>
    public TrustAnchors Anchors => new(new HashSet<Digest> { Digest.Of(Root) }, new HashSet<Digest>());

    public byte[] Root { get; }

    public byte[] Intermediate { get; }

    public byte[] EndorsementKey { get; }

    /// <summary>The certificates as a node's <c>quote_info</c> has them.</summary>
    public byte[] CertificatesPem => Encoding.ASCII.GetBytes(string.Concat(
        new[] { EndorsementKey, Intermediate, Root }.Select(der => PemEncoding.WriteString("CERTIFICATE", der) + "\n")));

    /// <summary>The table that a host lays beside a report.</summary>
    public byte[] CertificateTable
    {
        get
        {
            (Guid Name, byte[] Der)[] entries =
            [
                (new Guid("63da758d-e664-4564-adc5-f4b93be8accd"), EndorsementKey),
                (new Guid("4ab7b379-bbac-4fe4-a02f-05aef327c782"), Intermediate),
                (new Guid("c0b406a4-a803-4952-9743-3fb6014cd0ae"), Root),
            ];
            var index = new byte[24 * (entries.Length + 1)];
            var data = new List<byte>();
            for (var at = 0; at < entries.Length; at++)
            {
                var entry = index.AsSpan(24 * at);
                entries[at].Name.TryWriteBytes(entry, bigEndian: true, out _);
                BinaryPrimitives.WriteInt32LittleEndian(entry[16..], index.Length + data.Count);
                BinaryPrimitives.WriteInt32LittleEndian(entry[20..], entries[at].Der.Length);
                data.AddRange(entries[at].Der);
            }
            return [.. index, .. data];
        }
    }

    /// <summary>A report of 64 bytes, at a privilege level.</summary>
    public byte[] Report(byte[] reportData, ulong privilege)
    {
        var report = new byte[1184];
        report[0] = 3;
        BinaryPrimitives.WriteUInt64LittleEndian(report.AsSpan(0x08), 0x3001F);
        BinaryPrimitives.WriteUInt32LittleEndian(report.AsSpan(0x30), (uint)privilege);
        report[0x34] = 1;
        foreach (var at in (int[])[0x38, 0x180, 0x1E0, 0x1F0])
            ((byte[])[BootLoader, Tee, 0, 0, 0, 0, Snp, Microcode]).CopyTo(report, at);
        reportData.CopyTo(report, 0x50);
        report.AsSpan(0x90, 48).Fill(0x4D);
        report.AsSpan(0xC0, 32).Fill(0x48);
        report.AsSpan(0x160, 32).Fill(0xFF);
        (report[0x188], report[0x189], report[0x18A]) = (0x19, 0x11, 1);
        _chipId.CopyTo(report, 0x1A0);
        var signature = _key.SignData(report.AsSpan(0, 0x2A0), HashAlgorithmName.SHA384);
        signature.AsSpan(0, 48).Reverse();
        signature.AsSpan(48, 48).Reverse();
        signature.AsSpan(0, 48).CopyTo(report.AsSpan(0x2A0));
        signature.AsSpan(48, 48).CopyTo(report.AsSpan(0x2E8));
        return report;
    }

    public void Dispose() => _key.Dispose();

    private static X500DistinguishedName Name(string commonName) => new($"CN={commonName}, O=Nobody");

    private static CertificateRequest Request(X500DistinguishedName subject, RSA key)
    {
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA384, RSASignaturePadding.Pss);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, critical: true));
        return request;
    }

    private CertificateRequest RequestForKey()
    {
        var request = new CertificateRequest(Name("SEV-VCEK"), _key, HashAlgorithmName.SHA384);
        void Add(string number, byte[] value) => request.CertificateExtensions.Add(new X509Extension(Arc + number, value, critical: false));
        Add("1", Encoded(writer => writer.WriteInteger(0)));
        Add("2", Encoded(writer => writer.WriteCharacterString(UniversalTagNumber.IA5String, "Genoa")));
        foreach (var (number, level) in new[] { ("3.1", BootLoader), ("3.2", Tee), ("3.3", Snp), ("3.8", Microcode) })
            Add(number, Encoded(writer => writer.WriteInteger(level)));
        Add("4", _chipId);
        return request;
    }

    private static byte[] Encoded(Action<AsnWriter> write)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        write(writer);
        return writer.Encode();
    }

    private static byte[] Certify(CertificateRequest request, X500DistinguishedName issuer, RSA key, byte number)
    {
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.Create(
            issuer, X509SignatureGenerator.CreateForRSA(key, RSASignaturePadding.Pss), now.AddDays(-1), now.AddDays(1), [number]);
        return certificate.RawData;
    }
}
