using System.Text;
using System.Text.Json.Nodes;
using Stele.Attestation.Folders;

namespace Stele.Attestation.Tests;

/// <summary>What a policy asks of genuine quotes: registers of trust domains, signers of enclaves, several measurements.</summary>
public sealed class IntelPolicyTests
{
    private const string Tdx = "tdx-v4-uptodate";
    private const string Sgx = "sgx-v3-config-needed";
    private static readonly string Zeros = new('0', 96);

    [Theory]
    [InlineData("rtmr0")]
    [InlineData("rtmr1")]
    [InlineData("rtmr2")]
    [InlineData("rtmr3")]
    public void Each_register_counts_that_is_named(string register)
    {
        var value = Field(Tdx, register);
        Assert.Equal([], Failed(Tdx, register, value));
        var changed = (value[0] == 'f' ? "e" : "f") + value[1..];
        Assert.Equal(["td-expected"], Failed(Tdx, register, changed));
    }

    [Fact]
    public void All_that_is_named_must_be_right()
    {
        Assert.Equal([], Failed(Tdx, ("measurement", Field(Tdx, "mrtd")), ("rtmr1", Field(Tdx, "rtmr1")), ("rtmr2", Field(Tdx, "rtmr2"))));
        var reason = Judge(Tdx, ("rtmr1", Field(Tdx, "rtmr1")), ("rtmr2", Zeros)).Failed.Single().Reason!;
        Assert.Contains(Field(Tdx, "rtmr2"), reason, StringComparison.Ordinal);
        Assert.Contains($"RTMR2 {Zeros}", reason, StringComparison.Ordinal);
        Assert.Equal(["measurement-expected"], Failed(Tdx, ("measurement", Zeros), ("rtmr1", Field(Tdx, "rtmr1"))));
    }

    [Fact]
    public void The_signer_of_an_enclave_may_be_demanded()
    {
        Assert.Equal([], Failed(Sgx, "mrsigner", Field(Sgx, "mrsigner")));
        Assert.Equal(["mrsigner-expected"], Failed(Sgx, "mrsigner", Zeros[..64]));
        // What a quote does not have cannot be met.
        Assert.Equal(["mrsigner-expected"], Failed(Tdx, "mrsigner", Field(Sgx, "mrsigner")));
        Assert.Equal(["td-expected"], Failed(Sgx, "rtmr3", Zeros));
    }

    [Fact]
    public void One_of_several_is_enough()
    {
        Assert.Equal([], Failed(Tdx, ("measurement", new JsonArray(Zeros, Field(Tdx, "mrtd")))));
        Assert.Equal(["measurement-expected"], Failed(Tdx, ("measurement", new JsonArray(Zeros))));
        Assert.Equal([], Failed(Sgx, ("mrsigner", new JsonArray(Zeros[..64], Field(Sgx, "mrsigner")))));
    }

    [Fact]
    public void What_is_asked_of_quotes_is_not_taken_where_there_are_none() =>
        Assert.Throws<FormatException>(() => Judge("snp-milan-v3-aci", ("rtmr1", Zeros)));

    private static string Field(string vector, string name)
    {
        var fields = JsonNode.Parse(Vector.Open(vector).Read("fields.json")!)!;
        return (fields[name] ?? fields["body"]?[name] ?? fields["report"]?[name])!.GetValue<string>();
    }

    private static IEnumerable<string> Failed(string vector, string name, string value) => Failed(vector, (name, value));

    private static IEnumerable<string> Failed(string vector, params (string Name, JsonNode Value)[] demands) =>
        Evidence.Names(Judge(vector, demands));

    private static Verdict Judge(string name, params (string Name, JsonNode Value)[] demands)
    {
        var vector = Vector.Open(name);
        var description = JsonNode.Parse(vector.Read("vector.json")!)!;
        foreach (var (demand, value) in demands) description["policy"]![demand] = value.DeepClone();
        return EvidenceFolder.Open(
            file => file == "vector.json" ? Encoding.UTF8.GetBytes(description.ToJsonString()) : vector.Read(file)).Judge();
    }
}
