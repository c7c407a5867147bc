using System.Text.Json;
using Stele.Server.Functions;

namespace Stele.Server.Tests.Functions;

/// <summary>What a script may answer is judged before anything that it wrote is recorded.</summary>
public sealed class EndpointAnswerTests
{
    [Theory]
    [InlineData("""{"type":"text/plain\r\nset-cookie: a=b"}""", "ASCII")]
    [InlineData("""{"type":"text/plain\u00e4"}""", "ASCII")]
    [InlineData("""{"headers":{"content-type":"a\nb"}}""", "ASCII")]
    [InlineData("""{"headers":{"location":"javascript:alert(1)"}}""", "location")]
    [InlineData("""{"headers":{"Location":"data:text/html,x"}}""", "location")]
    [InlineData("""{"headers":{"location":"http://plain.example"}}""", "location")]
    [InlineData("""{"headers":{"content-security-policy":"default-src *"}}""", "no others")]
    public void What_could_not_be_sent_or_should_not_be_is_refused(string answer, string part) =>
        Assert.Contains(part, Assert.Throws<FormatException>(() => Read(answer)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"type":"text/plain","headers":{"location":"/app/x"}}""", "text/plain", "/app/x")]
    [InlineData("""{"type":5,"headers":{"location":"https://other.example/"}}""", null, "https://other.example/")]
    public void What_is_sound_is_read(string answer, string? type, string location)
    {
        var read = Read(answer);
        Assert.Equal(type, read.ContentType);
        Assert.Equal(location, Assert.Single(read.Headers).Value);
    }

    private static EndpointAnswer Read(string answer)
    {
        using var json = JsonDocument.Parse(answer);
        return EndpointAnswer.Read(json.RootElement, [1]);
    }
}
