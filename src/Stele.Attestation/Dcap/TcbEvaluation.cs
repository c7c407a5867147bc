namespace Stele.Attestation.Dcap;

/// <summary>What Intel says of the platform a quote was made on, with all its parts.</summary>
internal sealed record TcbEvaluation
{
    /// <summary>The one status; null where the platform is below all levels.</summary>
    public required TcbStatus? Status { get; init; }

    /// <summary>Whether there is a level for the platform and, of a trust domain, for its TDX module.</summary>
    public required bool IsLevelFound { get; init; }

    /// <summary>The status of the TDX module alone; null for an enclave, and where there is no level for it.</summary>
    public required TcbStatus? Module { get; init; }

    /// <summary>The status of the quoting enclave alone; null where it is below all levels.</summary>
    public required TcbStatus? QuotingEnclave { get; init; }

    /// <summary>Intel's advisories that apply, each once.</summary>
    public required IReadOnlyList<string> Advisories { get; init; }

    /// <summary>Evaluates a quote.</summary>
    public static TcbEvaluation Of(Quote quote, PckPlatform platform, TcbInfo info, QeIdentity identity)
    {
        var enclave = identity.LevelOf(quote.Signature.QuotingEnclave);
        // Levels for the other kind of machine say nothing about this one.
        var evaluation = !info.IsFor(quote.Header.IsTdx) ? Nothing
            : quote.Body is TdReport report ? OfDomain(report, platform, info, enclave)
            : OfEnclave(info.LevelOf(platform));
        return evaluation with
        {
            Status = enclave is null ? evaluation.Status : evaluation.Status?.With(enclave.Status),
            QuotingEnclave = enclave?.Status,
        };
    }

    private static TcbEvaluation Nothing => OfEnclave(level: null);

    private static TcbEvaluation OfEnclave(TcbLevel? level) => new()
    {
        Status = level?.Status,
        IsLevelFound = level is not null,
        Module = null,
        QuotingEnclave = null,
        Advisories = level?.Advisories ?? [],
    };

    private static TcbEvaluation OfDomain(TdReport report, PckPlatform platform, TcbInfo info, EnclaveLevel? enclave)
    {
        var level = info.LevelOf(platform, report);
        if (level is null) return Nothing;
        var module = info.ModuleOf(report.TeeTcbSvn);
        var moduleLevel = module?.LevelOf(report.TeeTcbSvn[0]);
        // Version 0 has no levels of its own: the platform's level has judged it.
        var status = report.TeeTcbSvn[1] == 0 ? TcbStatus.UpToDate : moduleLevel?.Status;
        var converged = status is { } known ? level.Status.With(known) : level.Status;
        // The module was old when the domain was launched, and is not any more: a new launch is all it takes.
        var isRelaunch = status is TcbStatus.OutOfDate && enclave?.Status is TcbStatus.UpToDate
            && report.TeeTcbSvn2 is { } now && info.IsNewest(now);
        return new TcbEvaluation
        {
            Status = isRelaunch ? Relaunched(converged, info.LevelOf(platform)?.Status) : converged,
            IsLevelFound = status is not null && module?.Fits(report) == true,
            Module = status,
            QuotingEnclave = null,
            Advisories = [.. level.Advisories.Union(moduleLevel?.Advisories ?? [], StringComparer.Ordinal)],
        };
    }

    // The rest of the platform, which enclaves depend on too, must be in order for that.
    private static TcbStatus Relaunched(TcbStatus status, TcbStatus? platform) => (status, platform) switch
    {
        (TcbStatus.OutOfDate, TcbStatus.UpToDate or TcbStatus.SWHardeningNeeded) => TcbStatus.TDRelaunchAdvised,
        (TcbStatus.OutOfDate or TcbStatus.OutOfDateConfigurationNeeded,
            TcbStatus.UpToDate or TcbStatus.SWHardeningNeeded
            or TcbStatus.ConfigurationNeeded or TcbStatus.ConfigurationAndSWHardeningNeeded) =>
            TcbStatus.TDRelaunchAdvisedConfigurationNeeded,
        _ => status,
    };
}
