namespace Stele.Attestation.Tests;

/// <summary>Intel's quotes, published and made up: each has the verdict, and fails the checks, that others have measured.</summary>
public sealed class DcapVectorTests
{
    public static TheoryData<string> Names => [.. Vector.All().Where(vector => vector.Type == "dcap").Select(vector => vector.Name)];

    [Fact]
    public void All_vectors_are_there() => Assert.Equal(65, Names.Count);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_quote_has_the_verdict_that_others_measured(string name)
    {
        var vector = Vector.Open(name);
        var verdict = vector.Judge();
        Assert.Equal(vector.Failed, verdict.Failed.Select(check => check.Name).Order(StringComparer.Ordinal));
        Assert.Equal(vector.IsAccepted, verdict.Accepted);
        Assert.Equal(vector.Status, verdict.Claims!.TcbStatus);
    }
}
