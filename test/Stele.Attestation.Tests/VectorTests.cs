namespace Stele.Attestation.Tests;

/// <summary>Every vector gets the verdict that others have measured, for the reasons that they give.</summary>
public sealed class VectorTests
{
    public static TheoryData<string> Names => [.. Vector.All().Select(vector => vector.Name)];

    [Fact]
    public void All_vectors_are_there()
    {
        var vectors = Vector.All().ToList();
        Assert.Equal(43, vectors.Count(vector => !vector.Path.Contains("/synthetic/", StringComparison.Ordinal)));
        Assert.Equal(102, vectors.Count(vector => vector.Path.Contains("/synthetic/", StringComparison.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_vector_gets_its_verdict_for_its_reasons(string name)
    {
        var vector = Vector.Open(name);
        var verdict = vector.Judge();
        var failed = verdict.Failed.Select(check => check.Name).Order(StringComparer.Ordinal);
        Assert.True(vector.Failed.SequenceEqual(failed), $"Failed: {string.Join("; ", verdict.Failed)}");
        Assert.Equal(vector.IsAccepted, verdict.Accepted);
        Assert.Equal(vector.Status, verdict.Claims?.TcbStatus ?? "");
        Assert.All(verdict.Failed, check => Assert.False(string.IsNullOrEmpty(check.Reason)));
    }
}
