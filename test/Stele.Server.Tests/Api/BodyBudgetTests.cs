using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Stele.Server.Api;

namespace Stele.Server.Tests.Api;

/// <summary>How many bytes of requests a node takes at once.</summary>
public sealed class BodyBudgetTests
{
    private readonly BodyBudget _budget = new(bytesMax: 100, bodyBytesMax: 200);
    private readonly List<ApiError> _refused = [];

    [Fact]
    public async Task What_goes_past_the_budget_is_told_to_come_again_and_comes_in_once_there_is_room()
    {
        var working = new TaskCompletionSource();
        var first = ServeAsync("POST", 70, working.Task);
        await ServeAsync("POST", 31, Task.CompletedTask);
        Assert.NotNull(Assert.Single(_refused).RetryAfter);
        await ServeAsync("POST", 30, Task.CompletedTask);
        working.SetResult();
        await first;
        await ServeAsync("POST", 100, Task.CompletedTask);
        Assert.Single(_refused);
    }

    [Fact]
    public async Task A_body_of_unknown_length_counts_as_the_largest()
    {
        var working = new TaskCompletionSource();
        var first = ServeAsync("POST", null, working.Task);
        await ServeAsync("PATCH", null, Task.CompletedTask);
        Assert.Single(_refused);
        working.SetResult();
        await first;
    }

    [Fact]
    public async Task What_has_no_body_counts_nothing_and_one_body_is_always_let_in()
    {
        await ServeAsync("POST", 1000, Task.CompletedTask);
        var working = new TaskCompletionSource();
        var large = ServeAsync("POST", 1000, working.Task);
        await ServeAsync("GET", null, Task.CompletedTask, canHaveBody: false);
        Assert.Empty(_refused);
        // User-defined endpoints read the bodies of these too.
        await ServeAsync("GET", 150, Task.CompletedTask);
        await ServeAsync("DELETE", null, Task.CompletedTask);
        Assert.Equal(2, _refused.Count);
        working.SetResult();
        await large;
    }

    private Task ServeAsync(string method, long? length, Task until, bool canHaveBody = true)
    {
        var http = new DefaultHttpContext();
        http.Features.Set<IHttpRequestBodyDetectionFeature>(new Detection(canHaveBody));
        http.Request.Method = method;
        http.Request.ContentLength = length;
        return _budget.ServeAsync(http, _ => until, _refused.Add);
    }

    private sealed record Detection(bool CanHaveBody) : IHttpRequestBodyDetectionFeature;
}
