using System.Diagnostics.CodeAnalysis;
using System.Text;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Stele.Client.Tests.Support;

/// <summary>A ledger that answers what a test says, one answer after another, and keeps what it was asked.</summary>
internal sealed class FakeTransport(params Func<Request, Response>[] answers) : HttpPipelineTransport
{
    private int _next;

    /// <summary>Each request: method, address, and whose token it came with.</summary>
    public List<(string Method, Uri Address, string? Authorization)> Asked { get; } = [];

    public static Func<Request, Response> Answer(int status, string body = "", params (string Name, string Value)[] headers) =>
        request => new FakeResponse(status, body, headers) { ClientRequestId = request.ClientRequestId };

    public static Func<Request, Response> Error(int status, string code) =>
        Answer(status, $$$"""{"error":{"code":"{{{code}}}","message":"It is refused."}}""");

    public static Func<Request, Response> Breaks(Exception fault) => _ => throw fault;

    public override Request CreateRequest() => HttpClientTransport.Shared.CreateRequest();

    public override void Process(HttpMessage message)
    {
        message.Request.Headers.TryGetValue("Authorization", out var authorization);
        Asked.Add((message.Request.Method.Method, message.Request.Uri.ToUri(), authorization));
        message.Response = answers[Math.Min(_next++, answers.Length - 1)](message.Request);
    }

    public override ValueTask ProcessAsync(HttpMessage message)
    {
        Process(message);
        return ValueTask.CompletedTask;
    }
}

/// <summary>An answer that a test says.</summary>
internal sealed class FakeResponse(int status, string body, (string Name, string Value)[] headers) : Response
{
    public override int Status => status;

    public override string ReasonPhrase => "";

    public override Stream? ContentStream { get; set; } = new MemoryStream(Encoding.UTF8.GetBytes(body));

    public override string ClientRequestId { get; set; } = "";

    public override void Dispose()
    {
    }

    protected override bool ContainsHeader(string name) => TryGetHeader(name, out _);

    protected override IEnumerable<HttpHeader> EnumerateHeaders() =>
        headers.Select(header => new HttpHeader(header.Name, header.Value));

    protected override bool TryGetHeader(string name, [NotNullWhen(true)] out string? value)
    {
        value = headers.FirstOrDefault(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
        return value is not null;
    }

    protected override bool TryGetHeaderValues(string name, [NotNullWhen(true)] out IEnumerable<string>? values)
    {
        values = TryGetHeader(name, out var value) ? [value] : null;
        return values is not null;
    }
}
