using System.Net;
using System.Runtime.CompilerServices;
using Stele.Governance.Nodes;
using Stele.Ledger.Entries;
using Stele.Ledger.Tables;
using Stele.Replication.Network;

namespace Stele.Server.Network;

/// <summary>The other trusted nodes, asked by HTTPS for entries that etcd no longer holds.</summary>
/// <param name="http">Connections to nodes.</param>
/// <param name="self">The id of this node, which is not asked.</param>
/// <param name="tables">What this node's ledger says of the others.</param>
/// <param name="first">The node that this one joined by, while its own ledger is still empty; null where it did not join.</param>
internal sealed class HttpPeers(HttpClient http, string self, Func<LedgerTables> tables, Uri? first) : IPeers
{
    private const int HeaderSize = 8;

    // Larger than any entry that a node takes; what a peer says is not believed before it is verified.
    private const int EntryBytesMax = 256 << 20;

    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> EntriesAsync(
        SeqNo first, [EnumeratorCancellation] CancellationToken cancel)
    {
        var hasAny = false;
        foreach (var address in Addresses())
        {
            using var answer = await TryAskAsync(address, first, cancel);
            if (answer is null) continue;
            await using var stream = await answer.Content.ReadAsStreamAsync(cancel);
            while (await ReadEntryAsync(stream, cancel) is { } entry)
            {
                hasAny = true;
                yield return entry;
            }
            if (hasAny) yield break;
        }
        throw new IOException($"No other node of the network could be asked for the entries from {first} on.");
    }

    private IEnumerable<Uri> Addresses()
    {
        var others = NodeTable.List(tables())
            .Where(node => node.Status == NodeStatus.Trusted && node.Id != self)
            .Select(node => node.Address)
            .OfType<Uri>();
        return (first is null ? others : others.Append(first)).Distinct();
    }

    private async Task<HttpResponseMessage?> TryAskAsync(Uri address, SeqNo from, CancellationToken cancel)
    {
        using var soon = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        soon.CancelAfter(AnswerPatience);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, $"/node/ledger?from={from.Value}"));
            var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, soon.Token);
            if (answer.StatusCode == HttpStatusCode.OK) return answer;
            answer.Dispose();
            return null;
        }
        catch (Exception failure) when (failure is HttpRequestException
            || (failure is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            return null; // another one
        }
    }

    private static async Task<byte[]?> ReadEntryAsync(Stream stream, CancellationToken cancel)
    {
        var header = new byte[HeaderSize];
        var got = await stream.ReadAtLeastAsync(header, header.Length, throwOnEndOfStream: false, cancel);
        if (got == 0) return null;
        if (got < header.Length) throw new IOException("A peer's entries were cut off.");
        var entry = new byte[SizeOf(header)];
        header.CopyTo(entry, 0);
        await stream.ReadExactlyAsync(entry.AsMemory(header.Length), cancel);
        return entry;
    }

    private static int SizeOf(byte[] header)
    {
        try
        {
            var size = LedgerEntry.SizeOf(header);
            return size <= EntryBytesMax ? size : throw new FormatException($"An entry of {size} bytes.");
        }
        catch (FormatException fault)
        {
            throw new IOException($"A peer sent what is no entry: {fault.Message}", fault);
        }
    }
}
