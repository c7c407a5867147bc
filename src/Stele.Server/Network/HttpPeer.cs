using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Stele.Ledger.Entries;
using Stele.Ledger.Files;
using Stele.Replication.Network;

namespace Stele.Server.Network;

/// <summary>Another node, asked by HTTPS.</summary>
/// <param name="http">Connections to nodes.</param>
/// <param name="address">Where it is reached.</param>
internal sealed class HttpPeer(HttpClient http, Uri address) : IPeer
{
    private const int HeaderSize = 8;

    // Larger than any entry that a node takes; what a peer says is not believed before it is verified.
    private const int EntryBytesMax = 256 << 20;
    private const int JsonBytesMax = 1 << 20;

    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public string Name => address.Authority;

    /// <inheritdoc/>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> EntriesAsync(
        SeqNo first, [EnumeratorCancellation] CancellationToken cancel)
    {
        using var answer = await AskAsync($"/node/ledger?from={first.Value}", offset: 0, cancel);
        await using var stream = await answer.Content.ReadAsStreamAsync(cancel);
        while (await ReadEntryAsync(stream, cancel) is { } entry) yield return entry;
    }

    /// <inheritdoc/>
    public Task<SeqNo> EndAsync(CancellationToken cancel) =>
        ReadAsync("/node/ledger/end", json => new SeqNo(json.GetProperty("seqno").GetInt64()), cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<PeerFile>> LedgerFilesAsync(SeqNo from, CancellationToken cancel) =>
        ListAsync($"/node/ledger/files?from={from.Value}", cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<PeerFile>> SnapshotsAsync(CancellationToken cancel) => ListAsync("/node/snapshots", cancel);

    /// <inheritdoc/>
    public async Task<Stream> ReadAsync(PeerFile file, long offset, CancellationToken cancel)
    {
        var folder = file.Name.StartsWith("snapshot_", StringComparison.Ordinal) ? "/node/snapshot/" : "/node/ledger/files/";
        // The answer lives as long as its stream does.
        var answer = await AskAsync(folder + Uri.EscapeDataString(file.Name), offset, cancel);
        return await answer.Content.ReadAsStreamAsync(cancel);
    }

    private async Task<HttpResponseMessage> AskAsync(string path, long offset, CancellationToken cancel)
    {
        using var soon = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        soon.CancelAfter(AnswerPatience);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, path));
            if (offset > 0) request.Headers.Range = new RangeHeaderValue(offset, null);
            var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, soon.Token);
            if (answer.StatusCode == (offset > 0 ? HttpStatusCode.PartialContent : HttpStatusCode.OK)) return answer;
            answer.Dispose();
            throw new IOException($"It answered {(int)answer.StatusCode}.");
        }
        catch (HttpRequestException failure)
        {
            throw new IOException(failure.Message, failure);
        }
        catch (OperationCanceledException failure) when (!cancel.IsCancellationRequested)
        {
            throw new IOException("It did not answer in time.", failure);
        }
    }

    private Task<IReadOnlyList<PeerFile>> ListAsync(string path, CancellationToken cancel) => ReadAsync<IReadOnlyList<PeerFile>>(
        path,
        json =>
        [
            .. json.GetProperty("files").EnumerateArray().Select(file =>
                new PeerFile(file.GetProperty("name").GetString() ?? "", file.GetProperty("size").GetInt64())),
        ],
        cancel);

    private async Task<T> ReadAsync<T>(string path, Func<JsonElement, T> read, CancellationToken cancel)
    {
        using var soon = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        soon.CancelAfter(AnswerPatience);
        try
        {
            using var answer = await AskAsync(path, offset: 0, soon.Token);
            await answer.Content.LoadIntoBufferAsync(JsonBytesMax, soon.Token);
            using var json = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(soon.Token));
            return read(json.RootElement);
        }
        catch (OperationCanceledException failure) when (!cancel.IsCancellationRequested)
        {
            throw new IOException("It did not answer in time.", failure);
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException or FormatException
            or HttpRequestException or ArgumentException)
        {
            throw new IOException("It gave no such answer.", fault);
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
            throw new LedgerCorruptException("a peer's entries", 0, null, fault.Message);
        }
    }
}
