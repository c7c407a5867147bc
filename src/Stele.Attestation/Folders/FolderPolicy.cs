using System.Text.Json;
using Stele.Attestation.Azure;
using Stele.Attestation.Dcap;
using Stele.Attestation.Formats;
using Stele.Attestation.Snp;
using Stele.Cryptography;

namespace Stele.Attestation.Folders;

/// <summary>Reads what a folder's description asks of its evidence.</summary>
internal static class FolderPolicy
{
    private static readonly string[] Known =
    [
        "accept", "allow_debug", "host_data", "isolation", "issuer", "measurement", "minimum_tcb", "mrsigner", "nonce",
        "report_data", "rtmr0", "rtmr1", "rtmr2", "rtmr3", "uvm_dids", "uvm_feed", "uvm_min_svn", "virtual", "vmpl",
    ];

    // What is asked of a folder, and of a node that shows itself has no meaning: its report data is the session's key.
    private static readonly string[] OnlyOfFolders = ["isolation", "issuer", "nonce", "report_data"];

    /// <summary>Reads the member <c>policy</c>.</summary>
    /// <exception cref="FormatException">It asks for something unknown, or in a way that cannot be read.</exception>
    public static EvidencePolicy Read(JsonElement description)
    {
        // A token is another's judgement: its folder asks only whether he made it, unless it says otherwise.
        var isToken = EvidenceJson.Text(description, "type") == "maa";
        return ReadMembers(EvidenceJson.Member(description, "policy", JsonValueKind.Object), isToken);
    }

    /// <summary>Reads a policy for nodes, a file of its own.</summary>
    /// <exception cref="FormatException">It asks for something unknown, or in a way that cannot be read.</exception>
    public static EvidencePolicy ReadForNodes(ReadOnlyMemory<byte> json)
    {
        var policy = EvidenceJson.ReadObject(json);
        if (EvidenceJson.Names(policy).FirstOrDefault(name => OnlyOfFolders.Contains(name)) is { } odd)
            throw new FormatException($"The policy asks for \"{odd}\", which is not asked of a node.");
        return ReadMembers(policy, allowsDebug: false);
    }

    private static EvidencePolicy ReadMembers(JsonElement policy, bool allowsDebug)
    {
        // A demand that is not understood must not pass for one that is met.
        if (EvidenceJson.Names(policy).FirstOrDefault(name => !Known.Contains(name)) is { } unknown)
            throw new FormatException($"The policy asks for the unknown \"{unknown}\".");
        return new EvidencePolicy
        {
            AllowDebug = policy.TryGetProperty("allow_debug", out var debug) ? debug.ValueKind == JsonValueKind.True : allowsDebug,
            AllowVirtual = EvidenceJson.TryGet(policy, "virtual", JsonValueKind.True, out _),
            Measurements = OneOrSeveral(policy, "measurement"),
            HostData = OneOrSeveral(policy, "host_data"),
            EnclaveSigners = OneOrSeveral(policy, "mrsigner"),
            TrustDomains = Domain(policy) is { } domain ? [domain] : null,
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

    private static SnpTcb Tcb(JsonElement minimum) => minimum.ValueKind != JsonValueKind.Object ? throw Odd("minimum_tcb") : new(
        Component(minimum, "bl") ?? throw Odd("bl"), Component(minimum, "tee") ?? throw Odd("tee"),
        Component(minimum, "snp") ?? throw Odd("snp"), Component(minimum, "ucode") ?? throw Odd("ucode"),
        Component(minimum, "fmc") ?? 0);

    private static byte? Component(JsonElement minimum, string name) =>
        Number(minimum, name) is not { } number ? null : number <= byte.MaxValue ? (byte)number : throw Odd(name);

    private static uint? Number(JsonElement element, string name) => !element.TryGetProperty(name, out var number)
        ? null
        : number.ValueKind == JsonValueKind.Number && number.TryGetUInt32(out var value) ? value : throw Odd(name);

    private static IReadOnlyList<ReadOnlyMemory<byte>>? OneOrSeveral(JsonElement policy, string name) =>
        EvidenceJson.TryGet(policy, name, JsonValueKind.Array, out var list)
            ? [.. Texts(list).Select(text => (ReadOnlyMemory<byte>)Convert.FromHexString(text))]
            : Hex(policy, name) is { } value ? [value] : null;

    private static TrustDomain? Domain(JsonElement policy)
    {
        var registers = Enumerable.Range(0, TrustDomain.RegisterCount).Select(number => Hex(policy, $"rtmr{number}")).ToList();
        return registers.Exists(register => register is not null) ? new TrustDomain { Registers = registers } : null;
    }

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
