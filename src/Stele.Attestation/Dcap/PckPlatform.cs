using System.Formats.Asn1;
using System.Globalization;
using Stele.Attestation.Certificates;
using Stele.Attestation.Formats;

namespace Stele.Attestation.Dcap;

/// <summary>
/// What a platform's certificate says of the platform: Intel's extension 1.2.840.113741.1.13.1 (SGX PCK Certificate and CRL
/// Profile Specification).
/// </summary>
internal sealed record PckPlatform
{
    private const string Arc = "1.2.840.113741.1.13.1";
    private const int Components = 16;

    /// <summary>16 bytes: the platform's number.</summary>
    public required byte[] Ppid { get; init; }

    /// <summary>The security versions of the platform's 16 components. The report's CPUSVN is not them.</summary>
    public required IReadOnlyList<int> ComponentSvns { get; init; }

    /// <summary>The security version of the provisioning certification enclave.</summary>
    public required int PceSvn { get; init; }

    /// <summary>16 bytes: the raw security version.</summary>
    public required byte[] CpuSvn { get; init; }

    /// <summary>2 bytes: the provisioning certification enclave.</summary>
    public required byte[] PceId { get; init; }

    /// <summary>6 bytes: family, model, stepping, platform type and custom SKU.</summary>
    public required byte[] Fmspc { get; init; }

    /// <summary>0 standard, 1 scalable, 2 scalable with integrity.</summary>
    public required int SgxType { get; init; }

    /// <summary>16 bytes: a platform of several packages; null for one that has no such number.</summary>
    public byte[]? InstanceId { get; init; }

    /// <summary>By number: 1 packages can be added, 2 keys are cached by Intel, 3 hyper-threads are on.</summary>
    public IReadOnlyDictionary<int, bool> Configuration { get; init; } = new Dictionary<int, bool>();

    /// <summary>Reads the extension of a certificate.</summary>
    /// <exception cref="FormatException">There is none, or something is missing in it.</exception>
    public static PckPlatform Read(Certificate certificate) => certificate.Extension(Arc) is { } extension
        ? Der.Read(extension, "Intel's extension of a platform's certificate", Read)
        : throw new FormatException("The certificate does not say which platform it is of.");

    private static PckPlatform Read(AsnReader reader)
    {
        var values = Values(reader, Arc);
        var tcb = Values(Need(values, 2), $"{Arc}.2");
        return new PckPlatform
        {
            Ppid = Bytes(Need(values, 1), 16),
            ComponentSvns = [.. Enumerable.Range(1, Components).Select(number => Svn(Need(tcb, number)))],
            PceSvn = Svn(Need(tcb, 17)),
            CpuSvn = Bytes(Need(tcb, 18), 16),
            PceId = Bytes(Need(values, 3), 2),
            Fmspc = Bytes(Need(values, 4), 6),
            SgxType = (int)Need(values, 5).ReadEnumeratedBytes().Span[^1],
            InstanceId = values.TryGetValue(6, out var instance) ? Bytes(instance, 16) : null,
            Configuration = values.TryGetValue(7, out var configuration)
                ? Values(configuration, $"{Arc}.7").ToDictionary(pair => pair.Key, pair => pair.Value.ReadBoolean())
                : new Dictionary<int, bool>(),
        };
    }

    // A sequence of pairs, each of an identifier under an arc and a value.
    private static Dictionary<int, AsnReader> Values(AsnReader reader, string arc)
    {
        var values = new Dictionary<int, AsnReader>();
        var pairs = reader.ReadSequence();
        while (pairs.HasData)
        {
            var pair = pairs.ReadSequence();
            var identifier = pair.ReadObjectIdentifier();
            if (!identifier.StartsWith($"{arc}.", StringComparison.Ordinal)
                || !int.TryParse(identifier.AsSpan(arc.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                || !values.TryAdd(number, pair))
                throw new FormatException($"The identifier {identifier} where {arc}.* is expected, once.");
        }
        return values;
    }

    private static AsnReader Need(Dictionary<int, AsnReader> values, int number) =>
        values.TryGetValue(number, out var value) ? value : throw new FormatException($"The platform's value {number} is missing.");

    private static byte[] Bytes(AsnReader value, int length) => value.ReadOctetString() is { } bytes && bytes.Length == length
        ? bytes
        : throw new FormatException($"A value of the platform has not {length} bytes.");

    private static int Svn(AsnReader value) => value.TryReadInt32(out var svn) && svn is >= 0 and <= ushort.MaxValue
        ? svn
        : throw new FormatException("A security version out of range.");
}
