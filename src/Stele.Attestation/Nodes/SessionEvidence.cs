using System.Text.Json;
using Stele.Attestation.Formats;
using Stele.Cryptography;

namespace Stele.Attestation.Nodes;

/// <summary>
/// Evidence that a node shows in a TLS session, what it answers to <c>GET /node/quotes/self</c> (CCF's JSON): judged together
/// with the key of that session. Evidence of another key may be another machine's, passed on.
/// </summary>
public static class SessionEvidence
{
    /// <summary>Judges evidence as of a moment. Throws nothing; what cannot be read fails the check <c>well-formed</c>.</summary>
    /// <param name="answer">The answer's body.</param>
    /// <param name="sessionKey">The public key that the server proved to have in this session, SubjectPublicKeyInfo, DER.</param>
    /// <param name="policy">What is accepted; report data is the session's key, whatever it says of it.</param>
    /// <param name="anchors">The makers' roots.</param>
    /// <param name="asOf">The moment.</param>
    public static Verdict Verify(
        ReadOnlyMemory<byte> answer, ReadOnlySpan<byte> sessionKey, EvidencePolicy policy, TrustAnchors anchors, DateTimeOffset asOf)
    {
        var digest = Digest.Of(sessionKey);
        return Verdict.Of(() =>
        {
            var json = EvidenceJson.ReadObject(answer);
            var verdict = Read(json).Verify(policy with { ReportData = null }, anchors, asOf);
            var checks = new CheckList();
            checks.Include(verdict.Checks);
            var nodeId = EvidenceJson.Text(json, "node_id");
            checks.Add(
                "node-id-is-session-key", nodeId == digest.ToHex(),
                $"The node calls itself {nodeId}, the key of this TLS session is {digest.ToHex()}.");
            if (verdict.Claims is { } claims)
                Appraisal.CheckReportData(checks, "session-key-bound", digest.Span.ToArray(), claims.ReportData);
            if (!NamesSoftware(policy))
                checks.NotMade("measurement-named", "The policy names no measurement and no endorser: any software is accepted.");
            return verdict with { Checks = checks.All };
        });
    }

    private static NodeQuote Read(JsonElement json) => new(EvidenceJson.Text(json, "format"), Bytes(json, "raw") ?? throw Lacking("raw"))
    {
        Endorsements = Bytes(json, "endorsements") ?? throw Lacking("endorsements"),
        UvmEndorsements = Bytes(json, "uvm_endorsements") ?? default,
    };

    private static ReadOnlyMemory<byte>? Bytes(JsonElement json, string name) =>
        EvidenceJson.OptionalText(json, name) is { } text ? Convert.FromBase64String(text) : default(ReadOnlyMemory<byte>?);

    private static FormatException Lacking(string name) => new($"No \"{name}\".");

    private static bool NamesSoftware(EvidencePolicy policy) =>
        policy.Measurements is not null || policy.UvmEndorsers is not null || policy.TrustDomains is not null;
}
