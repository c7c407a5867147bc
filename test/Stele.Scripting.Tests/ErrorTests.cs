namespace Stele.Scripting.Tests;

/// <summary>What is wrong with a script is said with its place.</summary>
public sealed class ErrorTests
{
    [Theory]
    [InlineData("export function main() {\n  return 1 +;\n}", 2, 16, "SyntaxError")]
    [InlineData("export function main() {\n  let x = 1;\n  let x = 2;\n}", 3, 16, "SyntaxError")]
    [InlineData("export function main() {\n  null.x;\n}", 2, 3, "TypeError")]
    [InlineData("export function main() {\n  throw new Error('no such member');\n}", 2, 13, "Error: no such member")]
    [InlineData("nothing.here;", 1, 1, "ReferenceError")]
    public void A_script_s_error_has_line_and_column(string source, int line, int column, string message)
    {
        var error = Assert.IsType<ScriptOutcome.Failed>(Scripts.Run(source)).Error;
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal((line, column), (error.Line, error.Column));
    }

    [Fact]
    public void A_script_without_the_function_is_told_so()
    {
        var error = Assert.IsType<ScriptOutcome.Failed>(Scripts.Run("export const other = 1;")).Error;
        Assert.Equal("TypeError: The script exports no function 'main'", error.Message);
    }

    [Theory]
    [InlineData("throw 7", "7")]
    [InlineData("throw null", "null")]
    [InlineData("throw { toString() { throw 1 } }", "an error that cannot be shown")]
    public void What_is_thrown_need_not_be_an_error(string statement, string message) =>
        Assert.Equal(message, Assert.IsType<ScriptOutcome.Failed>(Scripts.Run($"export function main() {{ {statement} }}")).Error.Message);

    // What a script makes of JSON has no say in what is told of it.
    [Theory]
    [InlineData("throw new Error('\\ud800');", "Error: \ufffd")]
    [InlineData("Object.prototype.toJSON = () => 5; throw new Error('x');", "Error: x")]
    [InlineData("Object.prototype.toJSON = () => ({ message: 7 }); throw new Error('x');", "Error: x")]
    [InlineData("String.prototype.toJSON = () => 7; throw '\\udc00';", "\ufffd")]
    [InlineData("globalThis.String = () => ({ toJSON: () => 7 }); throw 'x';", "x")]
    public void An_error_is_told_whatever_it_says(string statement, string message) =>
        Assert.Equal(message, Assert.IsType<ScriptOutcome.Failed>(Scripts.Run($"export function main() {{ {statement} }}")).Error.Message);

    [Theory]
    [InlineData("export const main = () => '\\ud800';")]
    [InlineData("export const main = () => ({ '\\udc00': 1 });")]
    [InlineData("export const main = () => 'a smile \ud83d\ude00'.slice(0, 9);")]
    public void What_is_returned_can_be_read(string source) => Assert.Contains(
        "half a surrogate pair", Assert.IsType<ScriptOutcome.Failed>(Scripts.Run(source)).Error.Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("export async function main() { return true; }")]
    [InlineData("export const main = () => Promise.resolve(1);")]
    [InlineData("export function* main() { yield 1; }")]
    [InlineData("export async function* main() { yield 1; }")]
    [InlineData("Promise = Object; export const main = async () => 1;")]
    public void Nothing_waits_for_what_a_function_does_later(string source) => Assert.Equal(
        ScriptError.Unfinished("main"), Assert.IsType<ScriptOutcome.Failed>(Scripts.Run(source)).Error);

    [Fact]
    public void A_script_imports_nothing()
    {
        var error = Scripts.Check("import { x } from 'elsewhere';");
        Assert.Contains("elsewhere", error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_script_is_checked_without_being_called()
    {
        Assert.Null(Scripts.Check("export function main() { throw 1; }"));
        Assert.Contains("'main'", Scripts.Check("export const main = 1;")!.Message, StringComparison.Ordinal);
        Assert.Equal(2, Scripts.Check("export function main() {\n  if }\n")!.Line);
        Assert.Null(Scripts.Check("Array.prototype.toJSON = () => 'x'; export function main() {}"));
        Assert.NotNull(Scripts.Check("Array.prototype.toJSON = () => ['main']; export const toString = 1;"));
    }
}
