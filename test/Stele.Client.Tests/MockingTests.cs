using System.Reflection;
using Azure;
using Stele.Client.Tests.Support;

namespace Stele.Client.Tests;

/// <summary>Whoever uses the library can stand in for it in tests of their own.</summary>
public sealed class MockingTests
{
    private static readonly Type[] Clients =
        [typeof(LedgerClient), typeof(LedgerAdministrationClient), typeof(LedgerGovernanceClient), typeof(LedgerIdentityClient)];

    [Fact]
    public void A_client_can_be_stood_in_for()
    {
        LedgerClient client = new StubClient();
        Assert.Equal("from a stub", client.GetCurrentEntry(cancellationToken: TestContext.Current.CancellationToken).Value.Contents);
    }

    [Fact]
    public void Every_method_can_be_overridden_and_has_its_twin_and_its_token()
    {
        foreach (var client in Clients)
        {
            var methods = client.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly);
            foreach (var method in methods.Where(method => method.GetParameters().Length > 0))
            {
                Assert.True(method.IsVirtual, $"{client.Name}.{method.Name} is not virtual");
                Assert.Equal(typeof(CancellationToken), method.GetParameters()[^1].ParameterType);
                var isAsync = method.Name.EndsWith("Async", StringComparison.Ordinal);
                var twin = isAsync ? method.Name[..^"Async".Length] : method.Name + "Async";
                Assert.Contains(methods, other => other.Name == twin);
            }
            Assert.Contains(
                client.GetConstructors(BindingFlags.NonPublic | BindingFlags.Instance),
                constructor => constructor.IsFamily && constructor.GetParameters().Length == 0);
        }
    }

    [Fact]
    public void Models_can_be_made()
    {
        var user = LedgerModelFactory.LedgerUser("somebody", [LedgerRole.Reader]);
        Assert.Equal(LedgerRole.Reader, Assert.Single(user.Roles));
        Assert.True(LedgerModelFactory.FunctionResult("text").Succeeded);
        Assert.Equal("a", LedgerModelFactory.Proposal("a", "b", "Open", 0).Id);
        var status = LedgerModelFactory.TransactionStatus(TransactionId.Of(2, 7), TransactionState.Pending);
        Assert.Equal(TransactionState.Pending, status.State);
    }

    private sealed class StubClient : LedgerClient
    {
        public override Response<LedgerEntry> GetCurrentEntry(
            CollectionId? collection = null, CancellationToken cancellationToken = default) => Response.FromValue(
            LedgerModelFactory.LedgerEntry(TransactionId.Of(2, 7), CollectionId.Default, "from a stub"), new FakeResponse(200, "", []));
    }
}
