using System.Text.Json.Nodes;
using Stele.Ledger.Entries;
using Stele.Ledger.Tables;

namespace Stele.Governance.Service;

/// <summary>
/// How the row of a service may change: in its status, and from some to some others. Under another certificate no node could
/// start, and a service that goes back a step would wait for shares that nobody has.
/// </summary>
internal static class ServiceSteps
{
    /// <summary>The steps that members decide on.</summary>
    public static readonly IReadOnlyList<(ServiceStatus From, ServiceStatus To)> OfMembers =
    [
        (ServiceStatus.Opening, ServiceStatus.Open),
        (ServiceStatus.Recovering, ServiceStatus.WaitingForRecoveryShares),
        (ServiceStatus.Open, ServiceStatus.Closed),
        (ServiceStatus.Closed, ServiceStatus.Open),
    ];

    /// <summary>The steps that the service takes by itself: when it is founded, and when it has its members' shares.</summary>
    public static readonly IReadOnlyList<(ServiceStatus From, ServiceStatus To)> OfService =
    [
        (ServiceStatus.Opening, ServiceStatus.Open),
        (ServiceStatus.WaitingForRecoveryShares, ServiceStatus.Open),
    ];

    /// <summary>What stands against a change of the row; none where nothing does.</summary>
    /// <param name="before">The tables before it, with a service.</param>
    /// <param name="row">The row after it; null where it is removed.</param>
    /// <param name="allowed">The steps that are allowed.</param>
    /// <exception cref="System.Text.Json.JsonException">The row is no JSON.</exception>
    /// <exception cref="InvalidOperationException">The row is none of a service.</exception>
    /// <exception cref="ArgumentException">The row names a member twice.</exception>
    public static string? Fault(
        LedgerTables before, ReadOnlyMemory<byte>? row, IReadOnlyList<(ServiceStatus From, ServiceStatus To)> allowed)
    {
        if (row is not { } after) return "The row of the service cannot be removed.";
        before.TryGet(TableNames.ServiceInfo, TableNames.SingleKey, out var old);
        var (was, isNow) = (Read(old), Read(after));
        var (from, to) = (TakeStatus(was), TakeStatus(isNow));
        if (!JsonNode.DeepEquals(was, isNow)) return "What tells one service from another cannot be changed: its identity stays.";
        return from == to || allowed.Any(step => step.From.ToString() == from && step.To.ToString() == to)
            ? null
            : $"The service is {from}, and cannot be made {to} that way.";
    }

    // Services of other versions leave out what is null.
    private static JsonObject Read(ReadOnlyMemory<byte> row)
    {
        var info = JsonNode.Parse(row.Span)?.AsObject() ?? throw new InvalidOperationException("The row of the service is null.");
        foreach (var name in info.Where(member => member.Value is null).Select(member => member.Key).ToList()) info.Remove(name);
        return info;
    }

    private static string? TakeStatus(JsonObject info)
    {
        var status = info["status"]?.GetValue<string>();
        info.Remove("status");
        return status;
    }
}
