namespace Stele.Cli.Configuration;

/// <summary>A setting is wrong; the message names it, where it stands, and what would be right.</summary>
internal sealed class ConfigurationException(string message) : CommandFailedException(message, Cli.ExitCode.Usage);
