namespace Stele.Server.Hosting;

/// <summary>The form of what a node logs.</summary>
public enum LogFormat
{
    /// <summary>A line of text for each message, for people and journals.</summary>
    Text,

    /// <summary>A line of JSON for each message, for programs.</summary>
    Json,
}
