using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Stele.Cli.Tests.Doctor;

/// <summary>An etcd whose own users are switched on, and a way to it on which one of them speaks, who may read and no more.</summary>
internal sealed class EtcdUsers : IAsyncDisposable
{
    private readonly HttpClient _etcd;
    private readonly WebApplication _way;

    private EtcdUsers(HttpClient etcd, string token)
    {
        _etcd = etcd;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _way = builder.Build();
        _way.Run(http => ForwardAsync(http, token));
    }

    /// <summary>Where the reader is spoken for.</summary>
    public Uri AsReader => new(_way.Urls.First());

    public static async Task<EtcdUsers> SwitchOnAsync(Uri etcd, CancellationToken cancel)
    {
        var http = new HttpClient { BaseAddress = etcd };
        await PostAsync("user/add", new { name = "root", password = "root" });
        await PostAsync("role/add", new { name = "root" });
        await PostAsync("user/grant", new { user = "root", role = "root" });
        await PostAsync("user/add", new { name = "reader", password = "reader" });
        await PostAsync("role/add", new { name = "reads" });
        var all = new { permType = "READ", key = Convert.ToBase64String("/"u8), range_end = Convert.ToBase64String("0"u8) };
        await PostAsync("role/grant", new { name = "reads", perm = all });
        await PostAsync("user/grant", new { user = "reader", role = "reads" });
        await PostAsync("enable", new { });
        var authenticated = await PostAsync("authenticate", new { name = "reader", password = "reader" });
        var users = new EtcdUsers(http, authenticated.GetProperty("token").GetString()!);
        await users._way.StartAsync(cancel);
        return users;

        async Task<JsonElement> PostAsync(string path, object body)
        {
            // With its length said: the gateway reads nothing else.
            using var content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
            using var answer = await http.PostAsync(new Uri($"/v3/auth/{path}", UriKind.Relative), content, cancel);
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(cancel));
            return await answer.Content.ReadFromJsonAsync<JsonElement>(cancel);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _way.DisposeAsync();
        _etcd.Dispose();
    }

    private async Task ForwardAsync(HttpContext http, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, http.Request.Path.Value);
        request.Content = new StreamContent(http.Request.Body);
        request.Headers.TryAddWithoutValidation("Authorization", token);
        using var answer = await _etcd.SendAsync(request, http.RequestAborted);
        http.Response.StatusCode = (int)answer.StatusCode;
        await answer.Content.CopyToAsync(http.Response.Body, http.RequestAborted);
    }
}
