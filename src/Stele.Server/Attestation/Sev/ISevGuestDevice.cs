namespace Stele.Server.Attestation.Sev;

/// <summary>The kernel's device <c>/dev/sev-guest</c>, as a process sees it: one call, whose argument holds addresses.</summary>
internal interface ISevGuestDevice : IDisposable
{
    /// <summary>Makes the call.</summary>
    /// <param name="request">The number of the request, as the kernel encodes it.</param>
    /// <param name="argument">The structure of the request, read and written by the kernel.</param>
    /// <returns>0, or the errno of the failure.</returns>
    int Control(uint request, Span<byte> argument);
}
