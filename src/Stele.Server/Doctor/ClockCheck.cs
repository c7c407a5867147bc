namespace Stele.Server.Doctor;

/// <summary>The clock, against the ledger's last signature and against others' clocks.</summary>
internal static class ClockCheck
{
    private const string Check = "clock";
    private const string Advice =
        "Set the clock, and let NTP keep it (timedatectl, chronyc tracking): certificates need it right to the minute.";
    private static readonly TimeSpan Leeway = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    public static void OfLedger(DateTimeOffset? lastSigned, Findings findings, TimeProvider time)
    {
        if (lastSigned is not { } signed) return;
        var now = time.GetUtcNow();
        if (signed - now > Leeway) findings.Fail(Check, $"it says {now:u}, and the ledger was signed at {signed:u}", Advice);
        else findings.Ok(Check, $"later than the last signature, of {signed:u}");
    }

    /// <param name="who">Whose clock.</param>
    /// <param name="said">What it said.</param>
    /// <param name="asked">When it was asked.</param>
    /// <param name="answered">When its answer was there.</param>
    /// <param name="findings">Where it is told.</param>
    public static void Of(string who, DateTimeOffset? said, DateTimeOffset asked, DateTimeOffset answered, Findings findings)
    {
        if (said is not { } there) return;
        // It tells whole seconds.
        var off = there > answered ? there - answered : asked - there.AddSeconds(1);
        if (off > Minute) findings.Fail(Check, $"{who} says {there:u}, and this machine {answered:u}", Advice);
        else if (off > Leeway) findings.Warn(Check, $"{who} is {off.TotalSeconds:F0} s away from this machine", Advice);
        else findings.Ok(Check, $"as that of {who}");
    }
}
