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
    }
}
