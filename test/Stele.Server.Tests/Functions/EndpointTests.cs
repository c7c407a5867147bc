using System.Net;
using System.Text.Json;
using Stele.Server.Tests.Support;

namespace Stele.Server.Tests.Functions;

/// <summary>ACL's user-defined endpoints, over HTTP.</summary>
public sealed class EndpointTests(LedgerFixture ledger) : IClassFixture<LedgerFixture>
{
    private const string Version = "api-version=2026-07-31-preview";
    private const string Path = $"/app/userDefinedEndpoints?{Version}";
    private const string Empty = """{"metadata":{"endpoints":{}},"modules":[]}""";
    private const string Main =
        """
        import { rows } from './lib/rows.js';
        export function put(request) {
          rows.set(request.params.name, request.body.text());
          if (request.query === 'refuse') return { statusCode: 409, body: 'refused' };
          if (request.query === 'throw') throw new Error('thrown');
          return { statusCode: 201, headers: { 'x-count': rows.size() } };
        }
        export function get(request) {
          const text = rows.get(request.params.name);
          return text === undefined ? { statusCode: 404, body: { error: 'none' } } : { body: text };
        }
        export function unreadable(request) { return { headers: { 'x-a': '\ud800' } }; }
        export async function later(request) { return { body: 'late' }; }
        export function forged(request) {
          Object.prototype.toJSON = () => ({ statusCode: 200, type: 'text/plain\r\nSet-Cookie: a=b' });
          return { body: 'as it is' };
        }
        export function writes(request) { rows.set('x', 'y'); }
        export function who(request) { return { body: { ...request, caller: { ...request.caller, cert: undefined } } }; }
        export const page = () => ({ headers: { 'content-type': 'text/html' }, body: '<script>steal()</script>' });
        export const away = () => ({ statusCode: 302, headers: { location: 'javascript:steal()' } });
        export function raw(request) {
          return { headers: { 'content-type': 'image/png' }, body: new Uint8Array([1, 2, request.body.arrayBuffer().byteLength]) };
        }
        """;

    private const string Rows =
        """
        const table = ccf.kv['private:accounts'];
        export const rows = {
          set: (key, text) => table.set(ccf.strToBuf(key), ccf.strToBuf(text)),
          get: (key) => { const row = table.get(ccf.strToBuf(key)); return row === undefined ? undefined : ccf.bufToStr(row); },
          size: () => table.size,
        };
        """;

    [Fact]
    public async Task Endpoints_answer_by_method_and_path()
    {
        Assert.Equal(HttpStatusCode.Created, (await SetAsync(Bundle())).Status);
        var put = await ledger.Contributor.SendAsync("PUT", "/app/accounts/anna", "10", "text/plain");
        Assert.True(put.Status == HttpStatusCode.Created, put.Text);
        Assert.Equal("1", put.Headers.GetValues("x-count").Single());
        var got = await ledger.Reader.GetAsync("/app/accounts/anna");
        Assert.Equal(("10", "text/plain", HttpStatusCode.OK), (got.Text, got.ContentType, got.Status));
        Assert.True(got.Id >= put.Id);
        var none = await ledger.Reader.GetAsync("/app/accounts/nobody");
        Assert.Equal(("""{"error":"none"}""", "application/json", HttpStatusCode.NotFound), (none.Text, none.ContentType, none.Status));
        (await ledger.Reader.SendAsync("DELETE", "/app/accounts/anna")).AssertError(HttpStatusCode.MethodNotAllowed, "UnsupportedHttpVerb");

        // What is not answered with success has written nothing.
        var refused = await ledger.Contributor.SendAsync("PUT", "/app/accounts/anna?refuse", "20", "text/plain");
        Assert.Equal(HttpStatusCode.Conflict, refused.Status);
        (await ledger.Contributor.SendAsync("PUT", "/app/accounts/anna?throw", "30", "text/plain")).AssertError(
            HttpStatusCode.InternalServerError, "InternalError", "endpoint PUT /accounts/{name}: Error: thrown", "at put (main.js:5:");
        Assert.Equal("10", (await ledger.Reader.GetAsync("/app/accounts/anna")).Text);
        (await ledger.Reader.GetAsync("/app/writes")).AssertError(HttpStatusCode.InternalServerError, "InternalError", "cannot be written");

        // What cannot be told is the endpoint's failure, too.
        (await ledger.Reader.GetAsync("/app/unreadable")).AssertError(HttpStatusCode.InternalServerError, "InternalError", "surrogate");
        (await ledger.Reader.GetAsync("/app/later")).AssertError(HttpStatusCode.InternalServerError, "InternalError", "promise");
        var forged = await ledger.Reader.GetAsync("/app/forged");
        Assert.Equal(("as it is", "text/plain"), (forged.Text, forged.ContentType));

        var raw = await ledger.Contributor.SendAsync("POST", "/app/raw", "abc", "application/octet-stream");
        Assert.Equal(("\u0001\u0002\u0003", "image/png"), (raw.Text, raw.ContentType));
        Assert.Equal("sandbox; default-src 'none'", raw.Headers.GetValues("Content-Security-Policy").Single());
    }

    [Fact]
    public async Task What_endpoints_answer_runs_nothing_in_a_browser_on_the_ledgers_origin()
    {
        Assert.Equal(HttpStatusCode.Created, (await SetAsync(Bundle())).Status);
        var page = await ledger.Reader.GetAsync("/app/page");
        Assert.Equal(("text/html", "<script>steal()</script>"), (page.ContentType, page.Text));
        var away = await ledger.Reader.GetAsync("/app/away");
        away.AssertError(HttpStatusCode.InternalServerError, "InternalError", "location must begin with");
        var refused = await ledger.WithoutCertificate.GetAsync("/app/who/any");
        foreach (var reply in (Reply[])[page, away, refused])
            Assert.Equal("sandbox; default-src 'none'", reply.Headers.GetValues("Content-Security-Policy").Single());
    }

    [Fact]
    public async Task Endpoints_know_their_callers_as_far_as_they_demand()
    {
        Assert.Equal(HttpStatusCode.Created, (await SetAsync(Bundle())).Status);
        var user = (await ledger.Reader.GetAsync("/app/who/user?a=1&b=%20")).AssertOk().Json;
        Assert.Equal("user_cert", user.GetProperty("caller").GetProperty("policy").GetString());
        Assert.Equal(ledger.Reader.Id.Value, user.GetProperty("caller").GetProperty("id").GetString());
        Assert.Equal("a=1&b=%20", user.GetProperty("query").GetString());
        Assert.Equal("/app/who/user", user.GetProperty("path").GetString());
        Assert.Equal("of-a-test", user.GetProperty("headers").GetProperty("x-ms-client-request-id").GetString());
        foreach (var stranger in (Caller[])[ledger.Unknown, ledger.WithoutCertificate, ledger.Expired])
            (await stranger.GetAsync("/app/who/user")).AssertError(HttpStatusCode.Unauthorized, "InvalidAuthenticationInfo");
        var any = (await ledger.Unknown.GetAsync("/app/who/any")).AssertOk().Json;
        Assert.Equal(ledger.Unknown.Id.Value, any.GetProperty("caller").GetProperty("id").GetString());
        (await ledger.WithoutCertificate.GetAsync("/app/who/any")).AssertError(HttpStatusCode.Unauthorized, "InvalidAuthenticationInfo");
        Assert.Equal(
            """{"policy":"no_auth"}""",
            (await ledger.WithoutCertificate.GetAsync("/app/who/all")).AssertOk().Json.GetProperty("caller").GetRawText());
    }

    [Fact]
    public async Task A_token_says_who_calls_where_the_endpoint_asks_for_one()
    {
        Assert.Equal(HttpStatusCode.Created, (await SetAsync(Bundle())).Status);
        using var mint = TokenMint.Rsa("https://issuer.example");
        using var stranger = TokenMint.Rsa("https://stranger.example");
        using var member = ledger.FirstMember();
        await member.DecideAsync("set_jwt_issuer", new { issuer = mint.Issuer, jwks = new { keys = new[] { mint.Jwk() } } });
        Task<Reply> AskAsync(Caller caller, TokenMint issuer) =>
            caller.SendAsync("GET", "/app/who/token", authorization: $"Bearer {issuer.Token("somebody")}");
        var caller = (await AskAsync(ledger.WithoutCertificate, mint)).AssertOk().Json.GetProperty("caller");
        Assert.Equal(("jwt", "somebody"), (caller.GetProperty("policy").GetString(), caller.GetProperty("id").GetString()));
        Assert.Equal(mint.Issuer, caller.GetProperty("jwt").GetProperty("payload").GetProperty("iss").GetString());
        Assert.Equal("RS256", caller.GetProperty("jwt").GetProperty("header").GetProperty("alg").GetString());
        (await AskAsync(ledger.Administrator, stranger)).AssertBadToken("none that the consortium trusts");
        // Whose token is refused is not let in as nobody.
        var other = await ledger.Reader.SendAsync("GET", "/app/who/all", authorization: $"Bearer {stranger.Token("somebody")}");
        other.AssertBadToken("none that the consortium trusts");
        (await ledger.Administrator.GetAsync("/app/who/token")).AssertError(HttpStatusCode.Unauthorized, "InvalidAuthenticationInfo");
        var both = await ledger.Reader.SendAsync("GET", "/app/who/all", authorization: $"Bearer {mint.Token("somebody")}");
        var callers = both.AssertOk().Json.GetProperty("caller");
        Assert.Equal("""["user_cert","jwt"]""", callers.GetProperty("policy").GetRawText());
        Assert.Equal(ledger.Reader.Id.Value, callers.GetProperty("user_cert").GetProperty("id").GetString());
        Assert.Equal("somebody", callers.GetProperty("jwt").GetProperty("id").GetString());
    }

    [Fact]
    public async Task A_bundle_is_shown_replaces_functions_and_is_taken_away()
    {
        await SetAsync(Empty);
        const string function = $"/app/userDefinedFunctions/f?{Version}";
        const string code = """{"code":"export function main() {}"}""";
        Assert.True((await ledger.Administrator.SendAsync("PUT", function, code)).Status is HttpStatusCode.Created or HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.Created, (await SetAsync(Bundle())).Status);
        (await ledger.Reader.GetAsync(function)).AssertError(HttpStatusCode.NotFound, "ResourceNotFound");
        (await ledger.Administrator.SendAsync("PUT", function, code))
            .AssertError(HttpStatusCode.BadRequest, "InvalidInput", "empty bundle");
        var shown = (await ledger.Reader.GetAsync(Path)).AssertOk().Json;
        var properties = shown.GetProperty("metadata").GetProperty("endpoints").GetProperty("/accounts/{name}").GetProperty("put");
        Assert.Equal("main.js", properties.GetProperty("js_module").GetString());
        Assert.Equal(2, shown.GetProperty("modules").GetArrayLength());
        var module = await ledger.Reader.GetAsync($"/app/userDefinedEndpoints/modules?{Version}&module_name=main.js");
        Assert.Equal(Main, module.AssertOk().Json.GetProperty("module").GetString());
        Assert.Equal(HttpStatusCode.Created, (await SetAsync(shown.GetRawText())).Status);
        Assert.Equal(HttpStatusCode.Created, (await SetAsync(Empty)).Status);
        Assert.Equal(Empty, (await ledger.Reader.GetAsync(Path)).AssertOk().Text);
        (await ledger.Reader.GetAsync("/app/accounts/anna")).AssertError(HttpStatusCode.NotFound, "ResourceNotFound");
    }

    [Theory]
    [InlineData("", "", "no js_module", "")]
    [InlineData("no_auth", "readonly", "not in the bundle", null)]
    [InlineData("member_cert", "readonly", "policies", "")]
    [InlineData("jwt", "historical", "mode", "")]
    [InlineData("jwt", "readonly", "SyntaxError", "let let")]
    [InlineData("jwt", "readonly", "no module b", "import './b'")]
    public async Task A_bundle_that_cannot_work_is_refused(string policy, string mode, string message, string? module)
    {
        var properties = policy.Length == 0 ? "{}"
            : $$"""{"js_module":"a","js_function":"f","authn_policies":["{{policy}}"],"mode":"{{mode}}"}""";
        var modules = module is null ? "" : $$"""{"name":"a","module":"{{module}}"}""";
        foreach (var path in (string[])["/x", "/users/{id}"])
        {
            var endpoints = $$"""{"{{path}}":{"get":{{properties}} } }""";
            var bundle = $$"""{"metadata":{"endpoints":{{endpoints}} },"modules":[{{modules}}]}""";
            (await SetAsync(bundle)).AssertError(HttpStatusCode.BadRequest, "InvalidInput", path == "/x" ? message : "");
        }
        (await SetAsync("{}")).AssertError(HttpStatusCode.BadRequest, "InvalidInput", "metadata");
    }

    [Fact]
    public async Task Paths_of_the_ledger_stay_the_ledgers() =>
        (await SetAsync(
            """
            {"metadata":{"endpoints":{"/users/{id}":{"get":{"js_module":"a","js_function":"f","authn_policies":["jwt"]}}}},
             "modules":[{"name":"a","module":""}]}
            """)).AssertError(HttpStatusCode.BadRequest, "InvalidInput", "the ledger's own");

    private static string Bundle()
    {
        object Endpoint(string function, string mode, params object[] policies) => new
        {
            js_module = "main.js",
            js_function = function,
            authn_policies = policies,
            forwarding_required = "sometimes",
            mode,
        };
        return JsonSerializer.Serialize(new
        {
            metadata = new
            {
                endpoints = new Dictionary<string, object>
                {
                    ["/accounts/{name}"] = new
                    {
                        get = Endpoint("get", "readonly", "user_cert"),
                        put = Endpoint("put", "readwrite", "user_cert"),
                    },
                    ["/writes"] = new { get = Endpoint("writes", "readonly", "user_cert") },
                    ["/page"] = new { get = Endpoint("page", "readonly", "user_cert") },
                    ["/away"] = new { get = Endpoint("away", "readonly", "user_cert") },
                    ["/unreadable"] = new { get = Endpoint("unreadable", "readonly", "user_cert") },
                    ["/later"] = new { get = Endpoint("later", "readonly", "user_cert") },
                    ["/forged"] = new { get = Endpoint("forged", "readonly", "user_cert") },
                    ["/raw"] = new { post = Endpoint("raw", "readonly", "user_cert") },
                    ["/who/user"] = new { get = Endpoint("who", "readonly", "user_cert") },
                    ["/who/any"] = new { get = Endpoint("who", "readonly", "any_cert") },
                    ["/who/token"] = new { get = Endpoint("who", "readonly", "jwt") },
                    ["/who/all"] = new { get = Endpoint("who", "readonly", new { all_of = (string[])["user_cert", "jwt"] }, "no_auth") },
                },
            },
            modules = (object[])[new { name = "/main.js", module = Main }, new { name = "lib/rows.js", module = Rows }],
        });
    }

    private Task<Reply> SetAsync(string bundle) => ledger.Administrator.SendAsync("PUT", Path, bundle);
}
