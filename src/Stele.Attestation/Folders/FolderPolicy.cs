using System.Text.Json;
using Stele.Attestation.Azure;
using Stele.Attestation.Formats;
using Stele.Attestation.Snp;
using Stele.Cryptography;

namespace Stele.Attestation.Folders;

/// <summary>Reads what a folder's description asks of its evidence.</summary>
internal static class FolderPolicy
{
    private static readonly string[] Known =
    [
        "accept", "allow_debug", "host_data", "isolation", "issuer", "measurement", "minimum_tcb", "nonce", "report_data",
        "uvm_dids", "uvm_feed", "uvm_min_svn", "vmpl",
    ];

    /// <summary>Reads the member <c>policy</c>.</summary>
    /// <exception cref="FormatException">It asks for something unknown, or in a way that cannot be read.</exception>
    public static EvidencePolicy Read(JsonElement description)
    {
        var policy = EvidenceJson.Member(description, "policy", JsonValueKind.Object);
        // A demand that is not understood must not pass for one that is met.
        if (EvidenceJson.Names(policy).FirstOrDefault(name => !Known.Contains(name)) is { } unknown)
            throw new FormatException($"The policy asks for the unknown \"{unknown}\".");
        return new EvidencePolicy
        {
            // A token is another's judgement: its folder asks only whether he made it, unless it says otherwise.
            AllowDebug = policy.TryGetProperty("allow_debug", out var debug)
                ? debug.ValueKind == JsonValueKind.True
                : EvidenceJson.Text(description, "type") == "maa",
            Measurements = One(policy, "measurement"),
            HostData = One(policy, "host_data"),
            ReportData = Hex(policy, "report_data"),
            Nonce = Hex(policy, "nonce"),
            Vmpl = Number(policy, "vmpl"),
            MinimumTcb = policy.TryGetProperty("minimum_tcb", out var minimum) ? Tcb(minimum) : null,
            UvmEndorsers = policy.TryGetProperty("uvm_dids", out var dids) ? Endorsers(policy, dids) : null,
            TcbStatuses = policy.TryGetProperty("accept", out var accept) ? Texts(accept) : null,
            Issuer = EvidenceJson.OptionalText(policy, "issuer"),
            Isolation = EvidenceJson.OptionalText(policy, "isolation"),
        };
    }

    /// <summary>Reads the member <c>trust</c>; the makers' roots when there is none.</summary>
    /// <exception cref="FormatException">It names something else than digests of roots.</exception>
    public static TrustAnchors ReadAnchors(JsonElement description) =>
        EvidenceJson.TryGet(description, "trust", JsonValueKind.Object, out var trust)
            ? new TrustAnchors(Digests(trust, "ark_sha256"), Digests(trust, "intel_root_spki_sha256"))
            : TrustAnchors.Published;

    private static HashSet<Digest> Digests(JsonElement trust, string name) => !trust.TryGetProperty(name, out var list)
        ? []
        : [.. Texts(list).Select(text => Digest.TryParseHex(text, out var digest) ? digest : throw Odd(name))];

    private static List<UvmEndorser> Endorsers(JsonElement policy, JsonElement dids) =>
    [
        .. Texts(dids).Select(did => new UvmEndorser(
            did, EvidenceJson.Text(policy, "uvm_feed"), Number(policy, "uvm_min_svn") ?? throw Odd("uvm_min_svn"))),
    ];

    private static SnpTcb Tcb(JsonElement minimum) => new(
        Component(minimum, "bl") ?? throw Odd("bl"), Component(minimum, "tee") ?? throw Odd("tee"),
        Component(minimum, "snp") ?? throw Odd("snp"), Component(minimum, "ucode") ?? throw Odd("ucode"),
        Component(minimum, "fmc") ?? 0);

    private static byte? Component(JsonElement minimum, string name) =>
        Number(minimum, name) is not { } number ? null : number <= byte.MaxValue ? (byte)number : throw Odd(name);

    private static uint? Number(JsonElement element, string name) => !element.TryGetProperty(name, out var number)
        ? null
        : number.ValueKind == JsonValueKind.Number && number.TryGetUInt32(out var value) ? value : throw Odd(name);

    private static IReadOnlyList<ReadOnlyMemory<byte>>? One(JsonElement policy, string name) =>
        Hex(policy, name) is { } value ? [value] : null;

    private static ReadOnlyMemory<byte>? Hex(JsonElement policy, string name)
    {
        if (!policy.TryGetProperty(name, out _)) return null;
        return Convert.FromHexString(EvidenceJson.Text(policy, name));
    }

    private static List<string> Texts(JsonElement list) => list.ValueKind == JsonValueKind.Array
        ? [.. list.EnumerateArray().Select(EvidenceJson.Text)]
        : throw Odd("list");

    private static FormatException Odd(string name) => new($"\"{name}\" cannot be understood.");
}
