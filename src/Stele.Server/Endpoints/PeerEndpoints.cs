using System.Buffers;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Stele.Ledger.Snapshots;
using Stele.Server.Api;
using Stele.Server.Application;

namespace Stele.Server.Endpoints;

/// <summary>The ledger's entries and snapshots, for the network's own nodes.</summary>
internal sealed class PeerEndpoints(ConfidentialLedger ledger)
{
    private const int FlushBytes = 64 * 1024;
    private const string Bytes = "application/octet-stream";

    /// <summary>
    /// <c>GET /node/ledger?from={seqno}</c>: the entries from there to the end, one behind the other, as they stand in the
    /// ledger's files.
    /// </summary>
    /// <exception cref="RefusedException">The seqno is none.</exception>
    public async Task LedgerAsync(HttpContext http)
    {
        if (!long.TryParse(http.Request.Query["from"], NumberStyles.None, CultureInfo.InvariantCulture, out var from) || from < 1)
            throw RefusedException.Parameter("from must be the seqno of the first entry wanted: a number from 1 on.");
        var last = ledger.Position.SeqNo;
        http.Response.ContentType = Bytes;
        await http.Response.StartAsync(http.RequestAborted);
        var writer = http.Response.BodyWriter;
        for (var seqno = new SeqNo(from); seqno <= last; seqno = seqno.Next)
        {
            if (ledger.EntryBytes(seqno) is not { } entry) break;
            writer.Write(entry);
            // What is in memory stays bounded however long the ledger is, and however slowly it is read.
            if (writer.UnflushedBytes >= FlushBytes) await writer.FlushAsync(http.RequestAborted);
        }
        await writer.FlushAsync(http.RequestAborted);
    }

    /// <summary><c>GET /node/snapshots</c>: the names of the snapshots here, the newest first.</summary>
    public Answer Snapshots() => Answer.Object(json =>
    {
        json.WriteStartArray("snapshots"u8);
        foreach (var snapshot in Listing()) json.WriteStringValue(snapshot.Name.ToString());
        json.WriteEndArray();
    });

    /// <summary><c>GET /node/snapshot/{name}</c>: a snapshot's file.</summary>
    /// <exception cref="RefusedException">There is none of this name.</exception>
    public async Task SnapshotAsync(HttpContext http, string name)
    {
        // Found among those that are there: a name out of a request never becomes a path.
        var path = Listing().FirstOrDefault(one => one.Name.ToString() == name)?.Path
            ?? throw RefusedException.NotFound(ErrorCodes.ResourceNotFound, "There is no snapshot of this name here.");
        await using var file = File.OpenRead(path);
        http.Response.ContentType = Bytes;
        http.Response.ContentLength = file.Length;
        await file.CopyToAsync(http.Response.Body, http.RequestAborted);
    }

    private IReadOnlyList<SnapshotPath> Listing() => new SnapshotDirectory(ledger.SnapshotDirectory).List().Snapshots;
}
