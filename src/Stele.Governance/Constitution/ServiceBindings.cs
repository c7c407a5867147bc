using System.Globalization;
using System.Text;
using System.Text.Json;
using Stele.Governance.Recovery;
using Stele.Governance.Service;
using Stele.Governance.Tokens;
using Stele.Ledger.Entries;
using Stele.Scripting;

namespace Stele.Governance.Constitution;

/// <summary>What a constitution can ask of the service: <c>ccf.node</c>, <c>ccf.network</c>, the keys of tokens.</summary>
internal sealed class ServiceBindings(GovernanceState state, bool mayWrite, IServiceActions service)
{
    // As certificates write it, and as people do.
    private static readonly string[] TimeFormats =
        ["yyMMddHHmmss'Z'", "yyyyMMddHHmmss'Z'", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd' 'HH:mm:ss"];

    /// <summary>Answers one operation.</summary>
    public HostAnswer Answer(string operation, JsonElement arguments, byte[]? first, byte[]? second)
    {
        if (!mayWrite) throw new ScriptHostException($"{operation} can be called while a proposal is applied, and not before.");
        return operation switch
        {
            "node.transitionServiceToOpen" => Open(previous: second, next: first),
            "network.generateEndorsedCertificate" => Endorse(arguments),
            "network.getLatestLedgerSecretSeqno" =>
                HostAnswer.OfJson(SecretTasks.NewestFrom(state.Tables).Value.ToString(CultureInfo.InvariantCulture)),
            "node.triggerLedgerRekey" => Ask(ServiceTasks.Rekey, FaultOfRecovery ?? SecretTasks.FaultOfRekey(state.Tables, service)),
            "node.triggerRecoverySharesRefresh" => Ask(ServiceTasks.ReissueShares, FaultOfRecovery),
            "node.triggerLedgerChunk" => Ask(ServiceTasks.EndFile),
            "node.triggerSnapshot" => Ask(ServiceTasks.TakeSnapshot),
            "network.generateNetworkCertificate" => throw new ScriptHostException(
                "The service's certificate is what clients and verifiers pin: it stays as it was made, for ten years."),
            "setJwtPublicSigningKeys" => SetJwtKeys(arguments[0].GetString()!, arguments[2]),
            "removeJwtPublicSigningKeys" => RemoveJwtKeys(arguments[0].GetString()!),
            _ => throw new ScriptHostException($"{operation} is not provided by this version of the service."),
        };
    }

    // What members hold in shares is still the secret of the service that is gone.
    private string? FaultOfRecovery =>
        ServiceTable.Status(state.Tables) is ServiceStatus.Recovering or ServiceStatus.WaitingForRecoveryShares
            ? "The service is being recovered: until it is open, the ledger's secret and its shares stay as they are."
            : null;

    private HostAnswer Ask(ServiceTasks task, string? fault = null)
    {
        if (fault is not null) throw new ScriptHostException(fault);
        state.Ask(task);
        return HostAnswer.Nothing;
    }

    private HostAnswer Open(byte[]? previous, byte[]? next)
    {
        if (next is not null && !IsSame(next, ServiceTable.Certificate(state.Tables)))
            throw new ScriptHostException("The next service identity is not this service's.");
        var status = ServiceTable.Status(state.Tables);
        if (status is ServiceStatus.Opening or ServiceStatus.Closed) SetStatus(ServiceStatus.Open);
        if (status != ServiceStatus.Recovering) return HostAnswer.Nothing;
        // Both are named, so that nobody brings members to give their shares for a ledger, or to a service, that they do not mean.
        if (previous is null || next is null)
            throw new ScriptHostException("A service that recovers a ledger is opened by naming both its identity and the previous one.");
        if (!IsSame(previous, ServiceTable.PreviousCertificate(state.Tables) ?? ""))
            throw new ScriptHostException("The previous service identity is not that of the service whose ledger is being recovered.");
        SetStatus(ServiceStatus.WaitingForRecoveryShares);
        state.Put(EarlierServices.LastRecoveryType, TableNames.SingleKey, Json.Write(json => json.WriteStringValue("RECOVERY_SHARES")));
        return HostAnswer.Nothing;
    }

    private void SetStatus(ServiceStatus status) =>
        state.Put(TableNames.ServiceInfo, TableNames.SingleKey, ServiceTable.With(state.Tables, status));

    private static bool IsSame(byte[] said, string certificate) => Encoding.UTF8.GetString(said).Trim() == certificate.Trim();

    private HostAnswer Endorse(JsonElement arguments)
    {
        var days = arguments.GetArrayLength() > 2 && arguments[2].ValueKind == JsonValueKind.Number ? arguments[2].GetInt32() : (int?)null;
        return HostAnswer.Of(service.EndorseNode(arguments[0].GetString()!, TimeOf(arguments[1]), days));
    }

    private static DateTimeOffset? TimeOf(JsonElement argument)
    {
        if (argument.ValueKind != JsonValueKind.String) return null;
        const DateTimeStyles utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        return DateTimeOffset.TryParseExact(argument.GetString(), TimeFormats, CultureInfo.InvariantCulture, utc, out var time)
            ? time
            : throw new ScriptHostException("valid_from must be a time as 2026-11-21T12:00:00Z or 261121120000Z.");
    }

    private HostAnswer SetJwtKeys(string issuer, JsonElement keys)
    {
        try
        {
            return Write(TokenKeyTable.Changes(state.Tables, issuer, JsonWebKeySet.ReadProposed(keys)));
        }
        catch (FormatException fault)
        {
            throw new ScriptHostException(fault.Message);
        }
    }

    private HostAnswer RemoveJwtKeys(string issuer) => Write(TokenKeyTable.Changes(state.Tables, issuer, []));

    private HostAnswer Write(IReadOnlyList<KeyWrite> writes)
    {
        foreach (var write in writes)
        {
            if (write.Value is { } value) state.Put(GovernanceTables.JwtKeys, write.Key, value);
            else state.Remove(GovernanceTables.JwtKeys, write.Key);
        }
        return HostAnswer.Nothing;
    }
}
