namespace Stele.Scripting.Tests;

/// <summary>Modules that import each other, from nowhere but the host.</summary>
public sealed class ImportTests
{
    private static readonly Dictionary<string, string> Modules = new(StringComparer.Ordinal)
    {
        ["lib/a.js"] = "import { b } from '../b.js'; export const a = () => `a${b()}`;",
        ["b.js"] = "import { main } from './test.js'; export const b = () => `b${typeof main}`;",
        ["test.js"] = "export const main = 1;",
        ["broken.js"] = "export const = 1;",
        ["throws.js"] = "throw new Error('early');",
    };

    [Theory]
    [InlineData("import { a } from './lib/a.js'; export const main = () => a();", "\"abnumber\"")]
    [InlineData("import * as all from 'lib/a.js'; export const main = () => Object.keys(all);", "[\"a\"]")]
    public void Modules_import_each_other_by_their_paths(string source, string expected) =>
        Assert.Equal(expected, Assert.IsType<ScriptOutcome.Returned>(Run(source)).Json);

    [Theory]
    [InlineData("import './none.js'; export const main = () => 1;", "no module none.js")]
    [InlineData("import '/etc/passwd'; export const main = () => 1;", "no module /etc/passwd")]
    [InlineData("import { none } from './b.js'; export const main = () => none;", "none")]
    [InlineData("import './broken.js'; export const main = () => 1;", "SyntaxError")]
    [InlineData("import './throws.js'; export const main = () => 1;", "early")]
    public void What_cannot_be_imported_ends_the_run(string source, string message) =>
        Assert.Contains(message, Assert.IsType<ScriptOutcome.Failed>(Run(source)).Error.Message, StringComparison.Ordinal);

    private static ScriptOutcome Run(string source) => Sandbox.Run(
        new Script("main.js", source) { Imports = Modules.GetValueOrDefault }, "main", "[]", new Scripts.NoHost(), Scripts.Limits,
        TimeProvider.System, TestContext.Current.CancellationToken);
}
