using FsCheck;
using FsCheck.Fluent;
using Stele.Server.Api;

namespace Stele.Server.Tests.Api;

/// <summary>How a query is taken apart.</summary>
public sealed class QueryParametersTests
{
    [Theory]
    [InlineData("?a=b", "b")]
    [InlineData("?x=1&a=b%20c+d", "b c d")]
    [InlineData("?a=%C3%A9%F0%9D%84%9E", "é𝄞")]
    [InlineData("?a=b%26c%3Dd=e", "b&c=d=e")]
    [InlineData("?%61=b", "b")]
    [InlineData("?a", "")]
    [InlineData("?&&a=b&", "b")]
    public void A_value_is_decoded_once(string query, string expected)
    {
        Assert.True(QueryParameters.Parse(query).TryGet("a", out var value));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("?a=%ZZ")]
    [InlineData("?a=%4")]
    [InlineData("?a=%")]
    [InlineData("?a=%+1")]
    [InlineData("?a=%FF")]
    [InlineData("?a=%ED%A0%80")]
    [InlineData("?a=%C0%80")]
    [InlineData("?a=é")]
    [InlineData("?a=1&a=1")]
    [InlineData("?api-version=1&api-version=2")]
    public void What_is_not_clear_is_refused(string query) =>
        Assert.Equal(400, Assert.Throws<RefusedException>(() => QueryParameters.Parse(query)).Error.Status);

    [Fact]
    public void The_version_may_be_repeated_as_one_client_does() =>
        Assert.Same(
            ApiVersion.V2022May,
            QueryParameters.Parse("?api-version=2022-05-13&a=b&api-version=2022-05-13").Version());

    [Fact]
    public void Any_text_is_parsed_or_refused() => Prop.ForAll<string>(text =>
    {
        try
        {
            QueryParameters.Parse(text);
        }
        catch (RefusedException)
        {
            // The one exception there is to be.
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void What_is_escaped_comes_back() => Prop.ForAll<NonNull<string>>(text =>
    {
        var wellFormed = new string([.. text.Get.Where(c => !char.IsSurrogate(c))]);
        var query = QueryParameters.Parse($"?a={Uri.EscapeDataString(wellFormed)}");
        return query.TryGet("a", out var value) && value == wellFormed;
    }).QuickCheckThrowOnFailure();
}
