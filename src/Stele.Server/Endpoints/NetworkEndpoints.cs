using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Stele.Governance.Nodes;
using Stele.Governance.Service;
using Stele.Replication.Network;
using Stele.Scripting;
using Stele.Server.Api;
using Stele.Server.Application;

namespace Stele.Server.Endpoints;

/// <summary>What a node says of itself and its network, in CCF's JSON.</summary>
internal sealed class NetworkEndpoints(ConfidentialLedger ledger)
{
    private const string InterfaceName = "primary_rpc_interface";

    /// <summary>The id of the primary; null while there is none.</summary>
    public string? PrimaryId => ledger.Network is null ? ledger.NodeId : ledger.Primary?.NodeId;

    /// <summary><c>GET /node/state</c>.</summary>
    public Answer State() => Answer.Object(json =>
    {
        json.WriteString("node_id"u8, ledger.NodeId);
        json.WriteString("state"u8, ledger.Stopped is null ? "PartOfNetwork"u8 : "Stopped"u8);
        json.WriteNumber("last_signed_seqno"u8, ledger.Committed.SeqNo.Value);
        json.WriteNumber("startup_seqno"u8, ledger.Start.Snapshot.Value);
        json.WriteNumber("last_recovered_seqno"u8, 0);
        json.WriteBoolean("stop_notice"u8, false);
        // Not CCF's. The kind alone: anyone may ask, and the reason names addresses; it stands in the log.
        json.WriteString("trouble"u8, ledger.Trouble?.Kind.ToString());
    });

    /// <summary><c>GET /node/commit</c>.</summary>
    public Answer Commit() => Answer.Object(json => json.WriteString("transaction_id"u8, ledger.Committed.ToString()));

    /// <summary><c>GET /node/version</c>.</summary>
    public static Answer Version() => Answer.Object(json =>
    {
        json.WriteString("ccf_version"u8, $"stele-{typeof(NetworkEndpoints).Assembly.GetName().Version?.ToString(3)}");
        json.WriteString("quickjs_version"u8, Sandbox.Engine);
        json.WriteBoolean("unsafe"u8, false);
    });

    /// <summary><c>GET /node/network</c>.</summary>
    public Answer Network() => Answer.Object(json =>
    {
        json.WriteString("service_status"u8, ServiceTable.Status(ledger.Tables).ToString());
        json.WriteString("service_certificate"u8, ledger.Admission.ServiceCertificate);
        json.WriteNumber("recovery_count"u8, ServiceTable.RecoveryCount(ledger.Tables));
        json.WriteNull("service_data"u8);
        if (PrimaryId is { } primary)
        {
            json.WriteString("primary_id"u8, primary);
            json.WriteNumber("current_view"u8, (ledger.Primary?.View ?? ledger.Position.View).Value);
        }
        else
        {
            json.WriteNull("primary_id"u8);
            json.WriteNull("current_view"u8);
        }
    });

    /// <summary><c>GET /node/service/previous_identity</c>: the certificate of the service that this one recovered.</summary>
    /// <exception cref="RefusedException">It recovered none.</exception>
    public Answer PreviousIdentity() => ServiceTable.PreviousCertificate(ledger.Tables) is { } certificate
        ? Answer.Object(json => json.WriteString("previous_service_identity"u8, certificate))
        : throw RefusedException.NotFound(ErrorCodes.ResourceNotFound, "This service is not a recovered service.");

    /// <summary><c>GET /node/network/nodes</c>.</summary>
    public Answer Nodes() => Answer.Object(json =>
    {
        json.WriteStartArray("nodes"u8);
        foreach (var node in ledger.Nodes())
        {
            json.WriteStartObject();
            WriteMembers(json, node);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });

    /// <summary><c>GET /node/network/nodes/{id}</c>, <c>self</c> and <c>primary</c>.</summary>
    /// <exception cref="RefusedException">There is no such node.</exception>
    public Answer Node(string? id) => id is not null && ledger.Node(id) is { } node
        ? Answer.Object(json => WriteMembers(json, node))
        : throw RefusedException.NotFound(ErrorCodes.ResourceNotFound, "There is no such node in this network at the moment.");

    /// <summary><c>GET /node/primary</c>: 200 on the primary; on the others, as CCF has it, 308 to the same path there.</summary>
    /// <remarks>No client of a ledger asks for this path: nobody follows it with anything that it should not show.</remarks>
    /// <exception cref="RefusedException">There is no primary at the moment.</exception>
    public Answer Primary(HttpResponse response)
    {
        if (ledger.Role == NodeRole.Primary) return Answer.Object(json => json.WriteString("primary_id"u8, ledger.NodeId));
        if (ledger.Stopped is not null || ledger.Primary is not { } primary || primary.NodeId == ledger.NodeId)
            throw new RefusedException(new ApiError(
                StatusCodes.Status503ServiceUnavailable, ErrorCodes.PrimaryNotFound,
                "The network has no primary at the moment that this node knows of.")
            {
                RetryAfter = TimeSpan.FromSeconds(1),
            });
        response.Headers.Location = new Uri(primary.Address, "/node/primary").AbsoluteUri;
        return new Answer(StatusCodes.Status308PermanentRedirect, null);
    }

    private void WriteMembers(Utf8JsonWriter json, NodeRecord node)
    {
        json.WriteString("node_id"u8, node.Id);
        json.WriteString("status"u8, node.Status.ToString());
        json.WriteBoolean("primary"u8, node.Id == PrimaryId);
        json.WriteStartObject("rpc_interfaces"u8);
        if (node.Address is { } address)
        {
            json.WriteStartObject(InterfaceName);
            json.WriteString("bind_address"u8, address.Authority);
            json.WriteString("published_address"u8, address.Authority);
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.WriteNull("node_data"u8);
    }
}
