namespace Stele.Etcd.Tests;

/// <summary>The running test's own cancellation.</summary>
internal static class Cancel
{
    /// <summary>The token.</summary>
    public static CancellationToken Token => TestContext.Current.CancellationToken;
}
