using System.Text;
using Microsoft.AspNetCore.Http;

namespace Stele.Explorer.Tests;

/// <summary>What the page is served with: its policy, its types, and nothing twice.</summary>
public sealed class SiteTests
{
    [Fact]
    public async Task The_page_is_served_with_its_type_and_its_tag()
    {
        var http = Request("/explorer/");
        Assert.True(await ExplorerSite.TryServeAsync(http));
        Assert.Equal("text/html; charset=utf-8", http.Response.ContentType);
        Assert.StartsWith("<!doctype html>", Body(http), StringComparison.Ordinal);
        Assert.Equal("no-cache", http.Response.Headers.CacheControl);
        var again = Request("/explorer/");
        again.Request.Headers.IfNoneMatch = $"\"other\", {http.Response.Headers.ETag}";
        Assert.True(await ExplorerSite.TryServeAsync(again));
        Assert.Equal(304, again.Response.StatusCode);
        Assert.Empty(Body(again));
    }

    [Theory]
    [InlineData("GET", "/explorer/style/base.css", "text/css; charset=utf-8", false)]
    [InlineData("GET", "/explorer/views/entry.js", "text/javascript; charset=utf-8", false)]
    [InlineData("HEAD", "/explorer/stele.svg", "image/svg+xml", true)]
    public async Task Files_are_served(string method, string path, string type, bool isEmpty)
    {
        var http = Request(path, method);
        Assert.True(await ExplorerSite.TryServeAsync(http));
        Assert.Equal(type, http.Response.ContentType);
        Assert.True(http.Response.ContentLength > 0);
        Assert.Equal(isEmpty, Body(http).Length == 0);
    }

    [Fact]
    public async Task The_name_without_its_slash_leads_to_the_page()
    {
        var http = Request("/explorer");
        Assert.True(await ExplorerSite.TryServeAsync(http));
        Assert.Equal((308, "/explorer/"), (http.Response.StatusCode, http.Response.Headers.Location.ToString()));
    }

    [Theory]
    [InlineData("GET", "/explorer/nothing.js")]
    [InlineData("GET", "/explorer/../Stele.Explorer.csproj")]
    [InlineData("GET", "/explorer//index.html")]
    [InlineData("POST", "/explorer/")]
    public async Task Nothing_else_is(string method, string path) => Assert.False(await ExplorerSite.TryServeAsync(Request(path, method)));

    [Fact]
    public void The_policy_lets_the_page_speak_to_its_node_alone()
    {
        var policy = PolicyOf(new ExplorerOptions());
        foreach (var rule in (string[])[
            "default-src 'none'", "script-src https://ledger.example.org:8443/explorer/", "style-src 'self'", "img-src 'self'",
            "connect-src 'self'", "base-uri 'none'",
            "form-action 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'"])
        {
            Assert.Contains(rule, policy);
        }
    }

    [Theory]
    [InlineData("127.0.0.1:8443", "https://127.0.0.1:8443/explorer/")]
    [InlineData("localhost", "https://localhost/explorer/")]
    [InlineData("node-0.stele", "https://node-0.stele/explorer/")]
    [InlineData("10.0.0.1:8443", "'self'")]
    [InlineData("[::1]:8443", "'self'")]
    [InlineData("a; connect-src *", "'self'")]
    [InlineData("a,b", "'self'")]
    [InlineData("*", "'self'")]
    [InlineData("", "'self'")]
    public void Scripts_are_the_pages_own_where_a_policy_can_say_so(string host, string scripts) =>
        Assert.Contains($"script-src {scripts}", PolicyOf(new ExplorerOptions(), host));

    [Fact]
    public void The_issuer_is_the_only_other_one_it_may_speak_to() => Assert.Contains(
        "connect-src 'self' https://id.example.org:8443",
        PolicyOf(new ExplorerOptions { Issuer = new Uri("https://id.example.org:8443/realms/a"), ClientId = "page" }));

    private static string[] PolicyOf(ExplorerOptions options, string host = "ledger.example.org:8443")
    {
        var http = new DefaultHttpContext();
        http.Request.Host = new HostString(host);
        new ExplorerSite(options).Protect(http.Response);
        Assert.Equal("nosniff", http.Response.Headers.XContentTypeOptions);
        Assert.Equal("no-referrer", http.Response.Headers["Referrer-Policy"]);
        return http.Response.Headers.ContentSecurityPolicy.ToString().Split("; ");
    }

    private static DefaultHttpContext Request(string path, string method = "GET")
    {
        var http = new DefaultHttpContext();
        (http.Request.Method, http.Request.Path) = (method, path);
        http.Response.Body = new MemoryStream();
        return http;
    }

    private static string Body(HttpContext http) => Encoding.UTF8.GetString(((MemoryStream)http.Response.Body).ToArray());
}
