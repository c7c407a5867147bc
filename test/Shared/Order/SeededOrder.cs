using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCaseOrderer(typeof(Stele.Tests.SeededOrder))]
[assembly: TestCollectionOrderer(typeof(Stele.Tests.SeededOrder))]

namespace Stele.Tests;

/// <summary>Runs tests in an order that hangs on their names and on <see cref="RunSeed"/> alone.</summary>
/// <remarks>
/// xunit's own order hangs on where the built tests stand: a test that leans on another one, as no test should, is green in one
/// folder and red in the next. Here it is the same everywhere, and another <c>TEST_SEED</c> shows who leans on whom.
/// </remarks>
public sealed class SeededOrder : ITestCaseOrderer, ITestCollectionOrderer
{
    /// <inheritdoc/>
    public IReadOnlyCollection<TTestCase> OrderTestCases<TTestCase>(IReadOnlyCollection<TTestCase> testCases)
        where TTestCase : notnull, ITestCase =>
        [.. testCases.OrderBy(one => Place(one.TestCaseDisplayName), StringComparer.Ordinal)];

    /// <inheritdoc/>
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(
        IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(one => Place(one.TestCollectionDisplayName), StringComparer.Ordinal)];

    private static string Place(string name) => Convert.ToHexString(
        SHA256.HashData(Encoding.UTF8.GetBytes(RunSeed.Value.ToString(CultureInfo.InvariantCulture) + name)));
}
