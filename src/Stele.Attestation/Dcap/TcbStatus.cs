namespace Stele.Attestation.Dcap;

/// <summary>What Intel says of a level of firmware and microcode. The names are Intel's.</summary>
internal enum TcbStatus
{
    /// <summary>Nothing is known to be wrong.</summary>
    UpToDate,

    /// <summary>Software in the enclave has to guard against something.</summary>
    SWHardeningNeeded,

    /// <summary>Something has to be configured on the platform.</summary>
    ConfigurationNeeded,

    /// <summary>Both.</summary>
    ConfigurationAndSWHardeningNeeded,

    /// <summary>There is newer firmware that mends something.</summary>
    OutOfDate,

    /// <summary>There is newer firmware, and something has to be configured.</summary>
    OutOfDateConfigurationNeeded,

    /// <summary>The trust domain was launched under an older TDX module than runs now: launch it again.</summary>
    TDRelaunchAdvised,

    /// <summary>The same, and something has to be configured.</summary>
    TDRelaunchAdvisedConfigurationNeeded,

    /// <summary>The level is not to be trusted any more.</summary>
    Revoked,
}

/// <summary>How the statuses of a platform's parts become one.</summary>
internal static class TcbStatuses
{
    /// <summary>Reads Intel's word. The two that are computed are in no collateral.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static TcbStatus Parse(string text) =>
        Enum.TryParse<TcbStatus>(text, out var status) && status.ToString() == text && !status.IsRelaunch()
            ? status
            : throw new FormatException($"The TCB status «{text}» is unknown.");

    /// <summary>The platform's status with that of a part, the TDX module or the quoting enclave.</summary>
    public static TcbStatus With(this TcbStatus platform, TcbStatus part) => (platform, part) switch
    {
        (TcbStatus.Revoked, _) or (_, TcbStatus.Revoked) => TcbStatus.Revoked,
        (TcbStatus.UpToDate or TcbStatus.SWHardeningNeeded, TcbStatus.OutOfDate) => TcbStatus.OutOfDate,
        (TcbStatus.ConfigurationNeeded or TcbStatus.ConfigurationAndSWHardeningNeeded, TcbStatus.OutOfDate) =>
            TcbStatus.OutOfDateConfigurationNeeded,
        _ => platform,
    };

    private static bool IsRelaunch(this TcbStatus status) =>
        status is TcbStatus.TDRelaunchAdvised or TcbStatus.TDRelaunchAdvisedConfigurationNeeded;
}
