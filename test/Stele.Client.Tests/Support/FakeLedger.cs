using Azure;
using Azure.Core;

namespace Stele.Client.Tests.Support;

/// <summary>Clients of ledgers that are not there.</summary>
internal static class FakeLedger
{
    public static readonly Uri Address = new("https://ledger.example");

    /// <summary>A client whose ledger answers so; it waits for nothing between attempts.</summary>
    public static (LedgerClient Client, FakeTransport Ledger) With(params Func<Request, Response>[] answers)
    {
        var transport = new FakeTransport(answers);
        var options = new LedgerClientOptions(LedgerClientOptions.ServiceVersion.V2022_05_13)
        {
            Transport = transport,
            Retry = { Delay = TimeSpan.Zero, MaxRetries = 3 },
        };
        return (new LedgerClient(Address, new FakeCredential(), options), transport);
    }
}

/// <summary>Gives tokens away, another one where a challenge asks for more, and says for whom they were asked.</summary>
internal sealed class FakeCredential(string token = "a-token") : TokenCredential
{
    public List<string> Scopes { get; } = [];

    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
    {
        Scopes.AddRange(requestContext.Scopes);
        return new AccessToken(requestContext.Claims is null ? token : token + "-with-claims", DateTimeOffset.MaxValue);
    }

    public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
        ValueTask.FromResult(GetToken(requestContext, cancellationToken));
}
