using Microsoft.AspNetCore.Http;
using Stele.Governance.Nodes;
using Stele.Governance.Service;
using Stele.Server.Api;
using Stele.Server.Application;
using Stele.Server.Hosting;
using Stele.Server.Joining;

namespace Stele.Server.Endpoints;

/// <summary><c>POST /node/join</c>: a node asks to join, and asks again until it is let in.</summary>
/// <remarks>
/// Who asks is whoever holds the key of the TLS session's certificate, and nobody else: the node's id is that key's digest,
/// and the answer's secrets are sealed to the encryption key that was recorded with it. The evidence is judged each time, by
/// the tables as they are then: so also at the moment when the secrets are given out.
/// </remarks>
internal sealed class JoinEndpoint(ConfidentialLedger ledger)
{
    /// <summary>Records the node, and answers what has been decided about it.</summary>
    /// <exception cref="RefusedException">It may not join.</exception>
    public async Task<Answer> AnswerAsync(HttpContext http)
    {
        var nodeId = http.Features.Get<ConnectionFacts>()?.Certificate?.KeyId
            ?? throw RefusedException.Unauthenticated("A node that joins connects with its own certificate.");
        using var body = await RequestBody.ReadJsonAsync(http);
        var request = JoinRequest.Read(body.Span, nodeId);
        if (ledger.Network is null) throw RefusedException.Input("This ledger has one node, and no network to join.");
        if (ledger.Newcomers.Refusal(request.Evidence, ledger.Tables) is { } fault)
        {
            ledger.JoinRefusals.Add(nodeId, fault);
            throw RefusedException.Forbidden(fault);
        }
        var recorded = await ledger.RecordJoinAsync(request.ToRecord());
        if (Refusal(recorded.Result) is { } reason) throw RefusedException.Forbidden(reason);
        return AnswerOf(ledger.Admission.AnswerTo(ledger.Tables, nodeId, request.EncryptionKey), nodeId);
    }

    private Answer AnswerOf(JoinAnswer answer, string nodeId) => Answer.Object(json =>
    {
        json.WriteString("node_id"u8, nodeId);
        if (answer is not JoinAnswer.Trusted trusted)
        {
            json.WriteString("node_status"u8, nameof(NodeStatus.Pending));
            return;
        }
        json.WriteString("node_status"u8, nameof(NodeStatus.Trusted));
        json.WriteStartObject("network_info"u8);
        json.WriteString("service_status"u8, ServiceTable.Status(ledger.Tables).ToString());
        json.WriteString("service_certificate"u8, ledger.Admission.ServiceCertificate);
        json.WriteString("endorsed_certificate"u8, trusted.Certificate);
        json.WriteBase64String("sealed_secrets"u8, trusted.Secrets);
        json.WriteString("ledger_id"u8, trusted.LedgerId);
        json.WriteEndObject();
    });

    private static string? Refusal(NodeChange change) => change switch
    {
        NodeChange.Made => null,
        NodeChange.Retired => "This node is retired, and stays so. Let it join with a new key, in a new data directory.",
        NodeChange.AnotherRequest =>
            "This node has asked before with another key for its secrets. Let it join with a new key, in a new data directory.",
        _ => $"{NodeTable.PendingMax} nodes wait for a decision already. Who admits nodes must decide about them first: "
            + "an administrator, or members by a vote (transition_node_to_trusted, remove_node).",
    };
}
