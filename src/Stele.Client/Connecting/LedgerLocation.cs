namespace Stele.Client.Connecting;

/// <summary>Where a ledger is, of which the identity service is known.</summary>
internal static class LedgerLocation
{
    private const string AzureIdentityHost = "identity.confidential-ledger.core.azure.com";
    private const string AzureLedgerDomain = "confidential-ledger.azure.com";

    /// <summary>What the caller says, or else the identity service, or else Azure's rule of names.</summary>
    /// <exception cref="InvalidOperationException">Nobody says it.</exception>
    public static Uri Of(LedgerIdentity identity, Uri identityService, LedgerClientOptions options)
    {
        if (options.LedgerEndpoint is { } said) return said;
        if (identity.Endpoint is { } told) return told;
        return identityService.Host == AzureIdentityHost
            ? new Uri($"https://{identity.LedgerId}.{AzureLedgerDomain}")
            : throw new InvalidOperationException(
                $"{identityService.Host} does not tell where the ledger {identity.LedgerId} is: set LedgerClientOptions.LedgerEndpoint.");
    }
}
