using System.Buffers;
using System.Text.Json;
using Stele.Cli.Connection;

namespace Stele.Cli.Commands;

/// <summary>The body of an append, and the id in its answer.</summary>
internal static class AppendBody
{
    public static byte[] Of(string contents)
    {
        var buffer = new ArrayBufferWriter<byte>(contents.Length + 32);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("contents", contents);
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The id that the ledger gave the entry.</summary>
    public static TransactionId IdOf(LedgerAnswer answer) =>
        TransactionId.TryParse(answer.TransactionId, out var id)
            ? id
            : throw new CommandFailedException("The ledger's answer has no transaction id.", ExitCode.Failed);
}
