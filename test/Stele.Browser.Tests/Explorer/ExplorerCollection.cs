namespace Stele.Browser.Tests.Explorer;

/// <summary>Tests that look at one ledger, one after another.</summary>
[CollectionDefinition(Name)]
public sealed class ExplorerCollection : ICollectionFixture<ExplorerScene>
{
    public const string Name = "explorer";
}
