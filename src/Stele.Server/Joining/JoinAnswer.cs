using System.Text.Json;
using Stele.Governance.Nodes;

namespace Stele.Server.Joining;

/// <summary>What a network answers to a node that asks to join.</summary>
internal abstract record JoinAnswer
{
    private const int LedgerIdLengthMax = 1024;

    private JoinAnswer()
    {
    }

    /// <summary>An administrator has not decided yet.</summary>
    public sealed record Pending : JoinAnswer;

    /// <summary>The node is one of the network.</summary>
    /// <param name="Certificate">The certificate that the service endorsed for it, PEM.</param>
    /// <param name="Secrets">What it needs, sealed to it.</param>
    /// <param name="LedgerId">The ledger's name.</param>
    public sealed record Trusted(string Certificate, byte[] Secrets, string LedgerId) : JoinAnswer;

    /// <summary>Reads an answer.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static JoinAnswer Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 16 });
            if (json.RootElement.GetProperty("node_status").GetString() != nameof(NodeStatus.Trusted)) return new Pending();
            var network = json.RootElement.GetProperty("network_info");
            return new Trusted(
                network.GetProperty("endorsed_certificate").GetString()!, network.GetProperty("sealed_secrets").GetBytesFromBase64(),
                LedgerIdOf(network.GetProperty("ledger_id").GetString()!));
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new FormatException("The answer is not what a node gives to one that asks to join.", fault);
        }
    }

    // It becomes a line of a file, and a part of etcd's keys.
    private static string LedgerIdOf(string text) =>
        text.Length is > 0 and <= LedgerIdLengthMax && !text.Any(char.IsControl)
            ? text
            : throw new FormatException("The ledger's name is none.");
}
