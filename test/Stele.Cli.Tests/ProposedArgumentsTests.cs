using System.Text;
using Stele.Cli.Members;

namespace Stele.Cli.Tests;

/// <summary>A proposal of one action, as arguments.</summary>
public sealed class ProposedArgumentsTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Theory]
    [InlineData("""{"actions":[{"name":"a"}]}""")]
    [InlineData("""{"actions":[{"name":"a","args":{"x":"1"}}]}""", "x=1")]
    [InlineData("""{"actions":[{"name":"a","args":{"x":1}}]}""", "x:=1")]
    [InlineData("""{"actions":[{"name":"a","args":{"x":["R"],"y":"b=c:=d","z":""}}]}""", "x:=[\"R\"]", "y=b=c:=d", "z=")]
    [InlineData("""{"actions":[{"name":"a","args":{"x":"@b"}}]}""", "x:=\"@b\"")]
    public void They_are_texts_or_json(string proposal, params string[] arguments) =>
        Assert.Equal(proposal, Encoding.UTF8.GetString(ProposedArguments.Of("a", arguments)));

    [Fact]
    public void A_file_is_a_text_or_json()
    {
        File.WriteAllText(_file, "{\"b\": [1,\n2]}\n");
        Assert.Equal(
            """{"actions":[{"name":"a","args":{"x":"{\u0022b\u0022: [1,\n2]}\n","y":{"b":[1,2]}}}]}""",
            Encoding.UTF8.GetString(ProposedArguments.Of("a", [$"x=@{_file}", $"y:=@{_file}"])));
    }

    [Theory]
    [InlineData("'x' is no argument", "x")]
    [InlineData("'=1' is no argument", "=1")]
    [InlineData("':=1' is no argument", ":=1")]
    [InlineData("x is there twice", "x=1", "x:=1")]
    [InlineData("What x:= gives is not JSON", "x:=Reader")]
    [InlineData("What x:= gives is not JSON", "x:={\"a\":1,\"a\":2}")]
    [InlineData("nowhere", "x=@nowhere.pem")]
    public void What_is_neither_is_refused(string why, params string[] arguments) =>
        Assert.Contains(
            why, Assert.Throws<CommandFailedException>(() => ProposedArguments.Of("a", arguments)).Message, StringComparison.Ordinal);
}
