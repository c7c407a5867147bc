using System.Buffers;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Stele.Cryptography.Certificates;
using Stele.Ledger.Snapshots;
using Stele.Server.Api;
using Stele.Server.Application;
using Stele.Server.Hosting;
using Stele.Server.Network;

namespace Stele.Server.Endpoints;

/// <summary>The ledger's entries and files, for the network's own nodes.</summary>
internal sealed class PeerEndpoints(ConfidentialLedger ledger)
{
    private const int FlushBytes = 64 * 1024;
    private const int FilesAtATime = 1000;
    private const string Bytes = "application/octet-stream";

    /// <summary>
    /// <c>GET /node/ledger?from={seqno}</c>: the entries from there to the end, one behind the other, as they stand in the
    /// ledger's files.
    /// </summary>
    /// <exception cref="RefusedException">The seqno is none.</exception>
    public async Task LedgerAsync(HttpContext http)
    {
        var from = FromOf(http);
        var last = ledger.Position.SeqNo;
        http.Response.ContentType = Bytes;
        await http.Response.StartAsync(http.RequestAborted);
        var writer = http.Response.BodyWriter;
        for (var seqno = from; seqno <= last; seqno = seqno.Next)
        {
            if (ledger.EntryBytes(seqno) is not { } entry) break;
            writer.Write(entry);
            // What is in memory stays bounded however long the ledger is, and however slowly it is read.
            if (writer.UnflushedBytes >= FlushBytes) await writer.FlushAsync(http.RequestAborted);
        }
        await writer.FlushAsync(http.RequestAborted);
    }

    /// <summary><c>GET /node/ledger/end</c>: the last entry that this node has, also where it has stopped.</summary>
    public Answer End() => Answer.Object(json => json.WriteNumber("seqno", ledger.Position.SeqNo.Value));

    /// <summary>
    /// <c>GET /node/ledger/files?from={seqno}</c>: the closed ledger files that hold that entry or what is behind it, some of them
    /// at a time.
    /// </summary>
    /// <exception cref="RefusedException">The seqno is none.</exception>
    public Answer LedgerFiles(HttpContext http)
    {
        var from = FromOf(http);
        return Files(ledger.ClosedFiles.Where(file => file.Name.Last >= from).Take(FilesAtATime).Select(file => file.Path));
    }

    /// <summary><c>GET /node/ledger/files/{name}</c>: a closed ledger file, from a byte on where one is asked for.</summary>
    /// <exception cref="RefusedException">There is none of this name.</exception>
    public Task LedgerFileAsync(HttpContext http, string name) =>
        SendAsync(http, ledger.ClosedFiles.FirstOrDefault(file => file.Name.ToString() == name)?.Path);

    /// <summary><c>GET /node/snapshots</c>: the snapshots here, the newest first.</summary>
    public Answer Snapshots() => Files(Listing().Select(snapshot => snapshot.Path));

    /// <summary><c>GET /node/snapshot/{name}</c>: a snapshot's file, from a byte on where one is asked for.</summary>
    /// <exception cref="RefusedException">There is none of this name.</exception>
    public Task SnapshotAsync(HttpContext http, string name) =>
        SendAsync(http, Listing().FirstOrDefault(one => one.Name.ToString() == name)?.Path);

    /// <summary>
    /// <c>POST /node/certificate?before=DIGEST</c>: records the certificate that a node has shown, and the request for its next one,
    /// which is the body (PEM), in the place of the one that the node has seen here; another one stays, and the node will see it.
    /// Nodes of earlier versions send neither.
    /// </summary>
    /// <exception cref="RefusedException">The body is another node's request, or none.</exception>
    public async Task<Answer> RecordCertificateAsync(HttpContext http)
    {
        var shown = http.Features.GetRequiredFeature<ConnectionFacts>().Certificate!;
        using var certificate = X509CertificateLoader.LoadCertificate(shown.Raw.Span);
        var pem = LedgerBeginning.Pem(certificate);
        var request = await CertificateRequestAsync(http, shown.KeyId);
        var isKnown = request is null || ledger.Node(shown.KeyId)?.CertificateRequest == request;
        var before = ledger.NodeCertificate(shown.KeyId);
        if (isKnown && before == pem) return Answer.Nothing();
        if (http.Request.Query[OwnCertificate.Before] is [{ } seen] && seen != OwnCertificate.NameOf(before)) return Answer.Nothing();
        return Answer.Nothing((await ledger.RecordCertificateAsync(shown.KeyId, pem, request, before)).Id);
    }

    private static async Task<string?> CertificateRequestAsync(HttpContext http, string nodeId)
    {
        using var body = await RequestBody.ReadAsync(http);
        if (body.Span.IsEmpty) return null;
        try
        {
            var pem = Encoding.UTF8.GetString(body.Span);
            if (NodeCertificateRequest.Parse(pem).KeyId == nodeId) return pem;
        }
        catch (FormatException fault)
        {
            throw RefusedException.Input(fault.Message);
        }
        throw RefusedException.Input("The certificate request is of another key than the TLS session's certificate.");
    }

    // Found among those that are there: a name out of a request never becomes a path.
    private static async Task SendAsync(HttpContext http, string? path)
    {
        if (path is null) throw NoSuchFile();
        await using var file = Open(path);
        var from = OffsetOf(http.Request);
        if (from >= file.Length) from = 0;
        http.Response.StatusCode = from > 0 ? StatusCodes.Status206PartialContent : StatusCodes.Status200OK;
        if (from > 0) http.Response.Headers.ContentRange = $"bytes {from}-{file.Length - 1}/{file.Length}";
        http.Response.ContentType = Bytes;
        http.Response.ContentLength = file.Length - from;
        file.Position = from;
        await file.CopyToAsync(http.Response.Body, http.RequestAborted);
    }

    // A snapshot may be deleted between being listed and being opened.
    private static FileStream Open(string path)
    {
        try
        {
            return File.OpenRead(path);
        }
        catch (FileNotFoundException)
        {
            throw NoSuchFile();
        }
    }

    // «bytes=N-» alone: what a reader says that goes on where it was cut off. Anything else is answered with the whole.
    private static long OffsetOf(HttpRequest request) =>
        request.GetTypedHeaders().Range is { Unit.Value: "bytes", Ranges: { Count: 1 } ranges }
        && ranges.First() is { To: null, From: { } from }
            ? from
            : 0;

    private static SeqNo FromOf(HttpContext http) =>
        long.TryParse(http.Request.Query["from"], NumberStyles.None, CultureInfo.InvariantCulture, out var from) && from >= 1
            ? new SeqNo(from)
            : throw RefusedException.Parameter("from must be the seqno of the first entry wanted: a number from 1 on.");

    private static Answer Files(IEnumerable<string> paths) => Answer.Object(json =>
    {
        json.WriteStartArray("files"u8);
        foreach (var file in paths.Select(path => new FileInfo(path)).Where(file => file.Exists))
        {
            json.WriteStartObject();
            json.WriteString("name"u8, file.Name);
            json.WriteNumber("size"u8, file.Length);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });

    private static RefusedException NoSuchFile() =>
        RefusedException.NotFound(ErrorCodes.ResourceNotFound, "There is no file of this name here.");

    private IReadOnlyList<SnapshotPath> Listing() => new SnapshotDirectory(ledger.SnapshotDirectory).List().Snapshots;
}
