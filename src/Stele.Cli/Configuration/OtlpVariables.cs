using System.Collections;

namespace Stele.Cli.Configuration;

/// <summary>OpenTelemetry's variables that say where a node sends to: its SDK passes over in silence what it cannot use.</summary>
internal static class OtlpVariables
{
    private static readonly string[] Signals = ["", "TRACES_", "METRICS_"];

    /// <summary>Refuses what would not be used.</summary>
    /// <param name="environment">The environment.</param>
    /// <exception cref="ConfigurationException">An endpoint is no address, or a protocol is none that there is.</exception>
    public static void Check(IDictionary environment)
    {
        if (string.Equals(environment["OTEL_SDK_DISABLED"] as string, "true", StringComparison.OrdinalIgnoreCase)) return;
        foreach (var signal in Signals)
        {
            var name = $"OTEL_EXPORTER_OTLP_{signal}ENDPOINT";
            // It may name a user: it is not shown.
            if (environment[name] is string { Length: > 0 } endpoint && !IsAddress(endpoint))
                throw new ConfigurationException($"{name} in the environment must be an address as http://collector:4317, or with https.");
            name = $"OTEL_EXPORTER_OTLP_{signal}PROTOCOL";
            if (environment[name] is string { Length: > 0 } protocol && protocol is not ("grpc" or "http/protobuf"))
                throw new ConfigurationException($"{name} in the environment is {protocol}, and must be grpc or http/protobuf.");
        }
    }

    private static bool IsAddress(string endpoint) =>
        Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps);
}
