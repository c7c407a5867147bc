using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Stele.Server.Tests.Support;

/// <summary>What the ledger answered.</summary>
internal sealed record Reply(HttpStatusCode Status, HttpResponseHeaders Headers, string? ContentType, string Text)
{
    /// <summary>The body's JSON.</summary>
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    /// <summary>The id in the header: of the write, or the position of a read.</summary>
    public TransactionId Id =>
        TransactionId.TryParse(Headers.GetValues("x-ms-ccf-transaction-id").Single(), out var id)
            ? id
            : throw new InvalidDataException("The header is no transaction id.");

    public string ErrorCode => Json.GetProperty("error").GetProperty("code").GetString()!;

    public string ErrorMessage => Json.GetProperty("error").GetProperty("message").GetString()!;

    /// <summary>Asserts an error in ACL's shape, whose message holds each of the parts.</summary>
    public Reply AssertError(HttpStatusCode status, string code, params ReadOnlySpan<string> messageParts)
    {
        Assert.True(Status == status, $"{(int)Status} instead of {(int)status}: {Text}");
        Assert.Equal(code, ErrorCode);
        foreach (var part in messageParts) Assert.Contains(part, ErrorMessage, StringComparison.Ordinal);
        Assert.Equal("application/json", ContentType);
        Assert.False(Headers.Contains("WWW-Authenticate"));
        return this;
    }

    /// <summary>Asserts that a token was refused, in ACL's shape and in RFC 6750's.</summary>
    public Reply AssertBadToken(string messagePart)
    {
        Assert.True(Status == HttpStatusCode.Unauthorized, $"{(int)Status}: {Text}");
        Assert.Equal("InvalidAuthenticationInfo", ErrorCode);
        Assert.Contains(messagePart, ErrorMessage, StringComparison.Ordinal);
        Assert.Equal("Bearer error=\"invalid_token\"", Headers.GetValues("WWW-Authenticate").Single());
        return this;
    }

    /// <summary>Asserts that it went well.</summary>
    public Reply AssertOk()
    {
        Assert.True(Status == HttpStatusCode.OK, $"{(int)Status}: {Text}");
        Assert.Equal("application/json", ContentType);
        return this;
    }
}
