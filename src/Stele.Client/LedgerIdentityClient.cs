using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Azure;
using Azure.Core;
using Stele.Client.Pipeline;

namespace Stele.Client;

/// <summary>Asks an identity service who a ledger is. Safe for use by several threads at once.</summary>
public class LedgerIdentityClient
{
    private readonly LedgerPipeline _pipeline = null!;

    /// <summary>A client of an identity service whose certificate goes back to one of the machine's own roots.</summary>
    /// <param name="identityService">The service's address, https.</param>
    public LedgerIdentityClient(Uri identityService) : this(identityService, new LedgerClientOptions())
    {
    }

    /// <summary>A client of an identity service.</summary>
    /// <param name="identityService">The service's address, https.</param>
    /// <param name="options">Options; <see cref="LedgerClientOptions.IdentityAuthority"/> says what is trusted.</param>
    public LedgerIdentityClient(Uri identityService, LedgerClientOptions options) =>
        _pipeline = PipelineFactory.ForIdentity(identityService, options);

    /// <summary>For tests that stand in for it.</summary>
    protected LedgerIdentityClient()
    {
    }

    /// <summary>Who a ledger is.</summary>
    /// <param name="ledgerId">The ledger's name.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="RequestFailedException">There is no such ledger (404), or the service refuses or cannot be reached.</exception>
    public virtual Response<LedgerIdentity> GetLedgerIdentity(string ledgerId, CancellationToken cancellationToken = default) =>
        _pipeline.Invoke(Identity(ledgerId), cancellationToken);

    /// <inheritdoc cref="GetLedgerIdentity"/>
    public virtual Task<Response<LedgerIdentity>> GetLedgerIdentityAsync(
        string ledgerId, CancellationToken cancellationToken = default) =>
        _pipeline.InvokeAsync(Identity(ledgerId), cancellationToken);

    private LedgerCall<LedgerIdentity> Identity(string ledgerId)
    {
        ArgumentException.ThrowIfNullOrEmpty(ledgerId);
        var path = _pipeline.Path($"/ledgerIdentity/{LedgerPath.Segment(ledgerId)}").ToString();
        return new("LedgerIdentityClient.GetLedgerIdentity", RequestMethod.Get, path, (json, _) => Read(json, ledgerId));
    }

    private static LedgerIdentity Read(JsonElement json, string asked)
    {
        var named = json.TryGetProperty("ledgerId", out var id) ? id.GetString() : asked;
        if (named != asked) throw new FormatException($"It is about {named}, asked for was {asked}.");
        try
        {
            var certificate = X509Certificate2.CreateFromPem(json.GetProperty("ledgerTlsCertificate").GetString());
            return new LedgerIdentity(asked, certificate, EndpointOf(json));
        }
        catch (CryptographicException fault)
        {
            throw new FormatException("ledgerTlsCertificate is no certificate in PEM.", fault);
        }
    }
    private static Uri? EndpointOf(JsonElement json)
    {
        if (!json.TryGetProperty("ledgerUri", out var uri) || uri.GetString() is not { } text) return null;
        return Uri.TryCreate(text, UriKind.Absolute, out var endpoint) && endpoint.Scheme == Uri.UriSchemeHttps
            ? endpoint
            : throw new FormatException("ledgerUri is no https address.");
    }
}
