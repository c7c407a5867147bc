using System.Net;
using System.Text;
using Stele.Server.Tests.Support;

namespace Stele.Server.Tests.Api;

/// <summary>What a page of another site can have a browser send, with the certificate that the browser holds.</summary>
public sealed class OtherSiteTests(LedgerFixture ledger) : IClassFixture<LedgerFixture>
{
    private const string Version = "api-version=2026-07-31-preview";
    private const string Endpoints = $"/app/userDefinedEndpoints?{Version}";
    private const string Code =
        "const t = ccf.kv['private:counts'], k = ccf.strToBuf('k'); const size = () => t.has(k) ? t.get(k).byteLength : 0; "
        + "export const pay = () => { t.set(k, new ArrayBuffer(size() + 1)); return { body: {} }; }; "
        + "export const paid = () => ({ body: { times: size() } });";

    [Fact]
    public async Task A_function_is_not_executed_for_a_page_of_another_site()
    {
        await PutAsync(Endpoints, """{"metadata":{"endpoints":{}},"modules":[]}""");
        await PutAsync($"/app/userDefinedFunctions/f?{Version}", """{"code":"export const main = (a) => a"}""");
        // As fetch sends a Blob that has no type: nothing of it is asked about first.
        Task<Reply> ExecuteAsync(params (string, string)[] headers)
        {
            var content = new ByteArrayContent(Encoding.UTF8.GetBytes("""{"arguments":["x"]}"""));
            return SendAsync(HttpMethod.Post, $"/app/userDefinedFunctions/f:execute?{Version}", content, headers);
        }
        Refused(await ExecuteAsync(("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "no-cors"), ("Origin", "https://other.example")));
        Refused(await ExecuteAsync(("Origin", "https://other.example")));
        // A form that a page sends by itself leads here, too.
        Refused(await ExecuteAsync(("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate")));
        (await ExecuteAsync()).AssertOk();
        (await ExecuteAsync(("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Mode", "cors"), ("Origin", Own))).AssertOk();
        (await ExecuteAsync(("Origin", Own))).AssertOk();
    }

    [Fact]
    public async Task An_endpoint_that_writes_by_GET_does_not_for_a_page_of_another_site()
    {
        const string properties = "\"js_module\":\"m.js\",\"authn_policies\":[\"any_cert\"],\"forwarding_required\":\"always\"";
        await PutAsync(
            Endpoints,
            $$$"""
            {"metadata":{"endpoints":{"/pay":{"get":{"js_function":"pay",{{{properties}}} }},
             "/paid":{"get":{"js_function":"paid",{{{properties}}},"mode":"readonly"} } } },
             "modules":[{"name":"m.js","module":"{{{Code}}}"}]}
            """);
        // A picture, a picture of another port's page, a link, and a browser that says less.
        Refused(await GetAsync("/app/pay", ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "no-cors")));
        Refused(await GetAsync("/app/pay", ("Sec-Fetch-Site", "same-site"), ("Sec-Fetch-Mode", "no-cors")));
        Refused(await GetAsync("/app/pay", ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate")));
        Refused(await GetAsync("/app/pay", ("Origin", "null")));
        Assert.Equal("""{"times":0}""", (await GetAsync("/app/paid")).AssertOk().Text);
        (await GetAsync("/app/pay")).AssertOk();
        (await GetAsync("/app/pay", ("Sec-Fetch-Site", "none"), ("Sec-Fetch-Mode", "navigate"))).AssertOk();
        var read = await GetAsync("/app/paid", ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate"));
        Assert.Equal("""{"times":2}""", read.AssertOk().Text);
        Refused(await GetAsync("/app/paid", ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "no-cors")));
    }

    [Fact]
    public async Task Other_sites_lead_to_what_is_read_and_get_nothing_of_it_themselves()
    {
        foreach (var path in (string[])["/node/network", $"/app/transactions?{Version}"])
        {
            (await GetAsync(path, ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate"))).AssertOk();
            Refused(await GetAsync(path, ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "cors")));
        }
        Refused(await SendAsync(HttpMethod.Options, "/node/network", content: null, ("Origin", "https://other.example")));
    }

    private string Own => ledger.Host.LedgerUri.GetLeftPart(UriPartial.Authority);

    private async Task PutAsync(string path, string body) =>
        Assert.Equal(HttpStatusCode.Created, (await ledger.Administrator.SendAsync("PUT", path, body)).Status);

    private Task<Reply> GetAsync(string path, params (string, string)[] headers) => SendAsync(HttpMethod.Get, path, content: null, headers);

    private async Task<Reply> SendAsync(HttpMethod method, string path, HttpContent? content, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        foreach (var (name, value) in headers) request.Headers.Add(name, value);
        return await ledger.Administrator.SendAsync(request);
    }

    private static void Refused(Reply reply) => reply.AssertError(HttpStatusCode.Forbidden, "NotAllowed", "another site");
}
