using System.Text.Json;
using Stele.Receipts;
using Stele.Server.Api;
using Stele.Server.Application;

namespace Stele.Server.Endpoints;

/// <summary>A receipt and its application claims as members of an answer.</summary>
internal static class ReceiptJson
{
    /// <summary>Writes the members <c>receipt</c> and, where the version has it, <c>applicationClaims</c>.</summary>
    public static void Write(Utf8JsonWriter json, ProvenTransaction proven, ApiVersion version)
    {
        json.WritePropertyName("receipt"u8);
        ReceiptJsonWriter.Write(json, proven.Receipt, version.HasLeafAndRoot);
        if (!version.HasApplicationClaims || proven.Claims.Count == 0) return;
        json.WritePropertyName("applicationClaims"u8);
        ReceiptJsonWriter.Write(json, proven.Claims);
    }
}
