using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Stele.Receipts;
using Stele.Server.Hosting;

namespace Stele.Server.Tests.Support;

/// <summary>How a vote for a node's certificate is asked for, and what comes of it seen.</summary>
internal static class Renewal
{
    private const string Api = "api-version=2022-05-13";

    /// <summary>A moment as <c>valid_from</c> says it, in whole seconds, as certificates do.</summary>
    public static string Text(DateTimeOffset moment) =>
        moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>The last moment of a certificate that counts for so many days.</summary>
    public static DateTime End(DateTimeOffset from, int days) =>
        DateTimeOffset.FromUnixTimeSeconds(from.ToUnixTimeSeconds()).UtcDateTime.AddDays(days);

    /// <summary>The certificate that a node shows to who connects now, once it is one that ends then; it must be the service's.</summary>
    public static async Task<byte[]> ShownAsync(LedgerHost host, X509Certificate2 service, DateTime end)
    {
        byte[] shown = [];
        await UntilAsync(async () =>
        {
            await using var connection = await RawConnection.OpenAsync(host.LedgerUri.Port);
            if (connection.Server.NotAfter.ToUniversalTime() != end) return false;
            AssertOfService(connection.Server, service);
            shown = connection.Server.RawData;
            return true;
        });
        return shown;
    }

    /// <summary>The certificate of the node that has signed an entry's receipt; it must verify.</summary>
    public static async Task<byte[]> ProvenByAsync(Caller caller, TransactionId id, X509Certificate2 service)
    {
        Reply reply = null!;
        await UntilAsync(async () =>
        {
            reply = (await caller.GetAsync($"/app/transactions/{id}/receipt?{Api}")).AssertOk();
            return reply.Json.GetProperty("state").GetString() == "Ready";
        });
        var document = ReceiptJson.Read(Encoding.UTF8.GetBytes(reply.Text));
        var verdict = ReceiptVerifier.Verify(document.Receipt, service, document.Claims);
        Assert.True(verdict.IsVerified, verdict.ToString());
        using var certificate = X509Certificate2.CreateFromPem(document.Receipt.NodeCertificate);
        return certificate.RawData;
    }

    /// <summary>Waits until something is so.</summary>
    public static Task UntilAsync(Func<bool> condition) => UntilAsync(() => Task.FromResult(condition()));

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        while (!await condition()) await Task.Delay(50, patience.Token);
    }

    private static void AssertOfService(X509Certificate2 shown, X509Certificate2 service)
    {
        using var chain = new X509Chain
        {
            ChainPolicy =
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                CustomTrustStore = { service },
            },
        };
        Assert.True(chain.Build(shown), string.Join(", ", chain.ChainStatus.Select(status => status.StatusInformation)));
        Assert.True(shown.MatchesHostname("localhost"));
        Assert.True(shown.MatchesHostname("127.0.0.1"));
    }
}
