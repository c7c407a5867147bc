using System.Text.Json;
using Stele.Governance.Nodes;
using Stele.Governance.Service;
using Stele.Server.Api;

namespace Stele.Server.Endpoints;

/// <summary>The network's nodes, for administrators: who asks to be let in, and the decision.</summary>
internal static class NodeEndpoints
{
    private const string Example = """{"status":"Trusted"}""";

    /// <summary><c>GET /app/nodes</c>.</summary>
    public static Task<Answer> ListAsync(Call call) => Task.FromResult(Answer.Object(json =>
    {
        json.WriteStartArray("nodes"u8);
        foreach (var node in call.Ledger.Nodes())
        {
            json.WriteStartObject();
            WriteMembers(json, node);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }));

    /// <summary><c>PATCH /app/nodes/{nodeId}</c>: lets a node in, or ends its part in the network for good.</summary>
    public static async Task<Answer> SetStatusAsync(Call call)
    {
        var id = call.PathValue;
        var status = await ReadStatusAsync(call);
        if (ServiceTable.MembersAdmitNodes(call.Ledger.Tables))
            throw RefusedException.Forbidden(
                "The members of this ledger let nodes in and out by vote, and nobody else does: propose "
                + "transition_node_to_trusted or remove_node (stele member propose).");
        var node = call.Ledger.Node(id) ?? throw NoSuchNode();
        var outcome = await call.WriteAsync(() => status == NodeStatus.Trusted
            ? call.Ledger.TrustNodeAsync(node)
            : call.Ledger.RetireNodeAsync(id));
        return outcome.Result switch
        {
            NodeChange.Made => Answer.Object(json => WriteMembers(json, node with { Status = status }), outcome.Id),
            NodeChange.NoSuchNode => Answer.Of(NoSuchNode().Error),
            NodeChange.LastTrusted => Answer.Of(RefusedException.Input(
                "Refused: no trusted node would be left. Let another node in first.").Error),
            _ => Answer.Of(RefusedException.Input(
                "Refused: the node is retired, and stays so. Let it join with a new key, in a new data directory.").Error),
        };
    }

    private static async Task<NodeStatus> ReadStatusAsync(Call call)
    {
        using var body = await RequestBody.ReadJsonAsync(call.Http);
        NodeStatus? status = null;
        StrictJson.ReadObject(body.Span, Example, (string name, ref Utf8JsonReader value) =>
        {
            if (name != "status") return false;
            var text = value.TokenType == JsonTokenType.String ? value.GetString() : null;
            status = text switch
            {
                nameof(NodeStatus.Trusted) => NodeStatus.Trusted,
                nameof(NodeStatus.Retired) => NodeStatus.Retired,
                _ => throw RefusedException.Input($"status must be Trusted or Retired; the body must be like {Example}."),
            };
            return true;
        });
        return status ?? throw RefusedException.Input($"The body gives no status; it must be like {Example}.");
    }

    private static RefusedException NoSuchNode() => RefusedException.NotFound(
        ErrorCodes.ResourceNotFound, "No node of this id has asked to join; an administrator can list them with: stele node list");

    private static void WriteMembers(Utf8JsonWriter json, NodeRecord node)
    {
        json.WriteString("nodeId"u8, node.Id);
        json.WriteString("status"u8, node.Status.ToString());
        json.WriteString("address"u8, node.Address?.GetLeftPart(UriPartial.Authority) ?? "");
    }
}
