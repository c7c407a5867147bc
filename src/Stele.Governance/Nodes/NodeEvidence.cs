using System.Text.Json;
using Stele.Attestation.Nodes;

namespace Stele.Governance.Nodes;

/// <summary>What a node shows of the platform it runs on.</summary>
/// <param name="NodeId">Lower-case hexadecimal SHA-256 of the node's public key.</param>
/// <param name="Format">CCF's name of the evidence's format.</param>
/// <param name="Raw">The evidence's bytes.</param>
public sealed record NodeEvidence(string NodeId, string Format, ReadOnlyMemory<byte> Raw)
{
    /// <summary>CCF's name of the format that proves nothing.</summary>
    public const string VirtualFormat = NodeQuote.VirtualFormat;

    /// <summary>CCF's name of AMD's SEV-SNP reports.</summary>
    public const string SnpFormat = NodeQuote.SnpFormat;

    /// <summary>The name of Intel's TDX quotes. CCF has none.</summary>
    public const string TdxFormat = NodeQuote.TdxFormat;

    /// <summary>What endorses the evidence: of SEV-SNP, PEM of VCEK, ASK and ARK; empty where the node has none.</summary>
    public ReadOnlyMemory<byte> Endorsements { get; init; }

    /// <summary>The endorsement of the measurement of Azure's utility VM, COSE; empty where there is none.</summary>
    public ReadOnlyMemory<byte> UvmEndorsements { get; init; }

    /// <summary>The TCB version that the endorsements are for, as Azure's service says, in hexadecimal; null where it does not.</summary>
    public string? EndorsedTcb { get; init; }

    /// <summary>Whether nothing is proven by it.</summary>
    public bool IsVirtual => Format == VirtualFormat;

    /// <summary>What there is to verify.</summary>
    public NodeQuote Quote => new(Format, Raw)
    {
        Endorsements = Endorsements,
        UvmEndorsements = UvmEndorsements,
        EndorsedTcb = EndorsedTcb,
    };

    /// <summary>The evidence of a node without an enclave, in CCF's form: it names its key and says that nothing is proven.</summary>
    public static NodeEvidence Virtual(string nodeId) => new(
        nodeId, VirtualFormat, VirtualStatement.Write("Virtual: no enclave, nothing is measured", Convert.FromHexString(nodeId)));

    /// <summary>The node, the format, and how much there is of it.</summary>
    public override string ToString() => $"{NodeId}: {Format}, {Raw.Length} bytes";

    /// <summary>Reads CCF's <c>QuoteInfo</c>.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static NodeEvidence Parse(string nodeId, JsonElement quote)
    {
        if (quote.ValueKind != JsonValueKind.Object) throw new FormatException("It is no JSON object.");
        return new NodeEvidence(
            nodeId, Text(quote, "format") ?? throw new FormatException("There is no format."), Bytes(quote, "quote"))
        {
            Endorsements = Bytes(quote, "endorsements"),
            UvmEndorsements = quote.TryGetProperty("uvm_endorsements", out _) ? Bytes(quote, "uvm_endorsements") : default,
            EndorsedTcb = Text(quote, "endorsed_tcb"),
        };
    }

    /// <summary>CCF's <c>QuoteInfo</c>.</summary>
    public JsonElement ToJson()
    {
        using var json = JsonDocument.Parse(Json.Write(writer =>
        {
            writer.WriteStartObject();
            WriteMembers(writer);
            writer.WriteEndObject();
        }));
        return json.RootElement.Clone();
    }

    /// <summary>Writes the members of CCF's <c>QuoteInfo</c>.</summary>
    internal void WriteMembers(Utf8JsonWriter json)
    {
        json.WriteString("format", Format);
        json.WriteBase64String("quote", Raw.Span);
        json.WriteBase64String("endorsements", Endorsements.Span);
        if (!UvmEndorsements.IsEmpty) json.WriteBase64String("uvm_endorsements", UvmEndorsements.Span);
        if (EndorsedTcb is not null) json.WriteString("endorsed_tcb", EndorsedTcb);
    }

    private static string? Text(JsonElement quote, string name) =>
        !quote.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : throw new FormatException($"{name} is no text.");

    private static byte[] Bytes(JsonElement quote, string name) =>
        quote.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.TryGetBytesFromBase64(out var bytes)
            ? bytes
            : throw new FormatException($"{name} is no base64.");
}
