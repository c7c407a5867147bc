using System.Text.Json;

namespace Stele.Scripting;

/// <summary>What a script can ask of the world; there is no other way out of the sandbox.</summary>
public interface IScriptHost
{
    /// <summary>Answers one question.</summary>
    /// <param name="operation">What is asked, such as <c>kv.get</c>.</param>
    /// <param name="arguments">A JSON array.</param>
    /// <param name="first">A buffer, where the operation takes one.</param>
    /// <param name="second">Another one.</param>
    /// <exception cref="ScriptHostException">The question is refused: the script sees an error.</exception>
    HostAnswer Answer(string operation, JsonElement arguments, byte[]? first, byte[]? second);

    /// <summary>
    /// The steps that answering has cost since this was asked last, refusals too: they are the script's. The same on every machine.
    /// </summary>
    long TakeCost() => 0;
}

/// <summary>What the host answers: a buffer, a value as JSON, or nothing (<c>undefined</c>).</summary>
/// <param name="Bytes">The buffer.</param>
/// <param name="Json">The value.</param>
public readonly record struct HostAnswer(byte[]? Bytes, string? Json)
{
    /// <summary>Nothing.</summary>
    public static HostAnswer Nothing => default;

    /// <summary>A buffer.</summary>
    public static HostAnswer Of(byte[] bytes) => new(bytes, null);

    /// <summary>A text.</summary>
    public static HostAnswer Of(string text) => new(null, JsonSerializer.Serialize(text));

    /// <summary>A truth value.</summary>
    public static HostAnswer Of(bool value) => new(null, value ? "true" : "false");

    /// <summary>A value as JSON.</summary>
    public static HostAnswer OfJson(string json) => new(null, json);
}

/// <summary>A question of a script is refused; its message is what the script sees.</summary>
public sealed class ScriptHostException(string message) : Exception(message);
