using System.Text.Json;
using Stele.Attestation;
using Stele.Attestation.Dcap;

namespace Stele.Governance.Nodes;

/// <summary>
/// A row of what trust domains may consist of: under a measurement (MRTD), a list of sets of registers, one of which a node
/// must show. A set names only registers that count: <c>[{"rtmr1": …, "rtmr2": …}]</c>, and <c>[{}]</c> takes any.
/// </summary>
internal static class TrustDomainRow
{
    private const int Size = 48;

    // The last one is extended while the domain runs, with what differs from node to node.
    private const int RegistersOfStart = 3;

    private static readonly string[] Names = [.. Enumerable.Range(0, TrustDomain.RegisterCount).Select(number => $"rtmr{number}")];

    /// <summary>Reads a row.</summary>
    /// <exception cref="FormatException">It is not such a one.</exception>
    public static IReadOnlyList<TrustDomain> Read(string measurement, ReadOnlyMemory<byte> value)
    {
        using var row = RowJson.List(value);
        return [.. row.RootElement.EnumerateArray().Select(set => Domain(measurement, set))];
    }

    /// <summary>The row that takes all that started like this one.</summary>
    public static byte[] Write(AttestationClaims claims) => Json.Write(json =>
    {
        json.WriteStartArray();
        json.WriteStartObject();
        for (var number = 0; number < RegistersOfStart; number++)
            json.WriteString(Names[number], Convert.ToHexStringLower(claims.Registers[number].Span));
        json.WriteEndObject();
        json.WriteEndArray();
    });

    private static TrustDomain Domain(string measurement, JsonElement set)
    {
        if (set.ValueKind != JsonValueKind.Object) throw new FormatException("A set of registers must be an object.");
        var registers = new ReadOnlyMemory<byte>?[TrustDomain.RegisterCount];
        foreach (var register in set.EnumerateObject())
        {
            var number = Array.IndexOf(Names, register.Name);
            // A demand that is not understood must not pass for one that is met.
            if (number < 0) throw new FormatException($"There is no register {register.Name}.");
            registers[number] = JoinPolicy.Hex(RowJson.Text(set, register.Name), Size);
        }
        return new TrustDomain { Measurement = JoinPolicy.Hex(measurement, Size), Registers = registers };
    }
}
