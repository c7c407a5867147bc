using Stele.Server.Attestation;

namespace Stele.Server.Sealing;

/// <summary>What opens a node's secrets, and the machine that it may be asked of.</summary>
/// <param name="Way">The way; null for the one that the machine has.</param>
/// <param name="Platform">The machine.</param>
public sealed record SealOptions(SealWay? Way, PlatformOptions Platform)
{
    /// <summary>
    /// The way: the processor's key where it derives one, else the key file in the data directory. A trust domain, whose
    /// processor derives none, must be told: a key beside what it opens would be for its host to read.
    /// </summary>
    /// <exception cref="EvidenceException">The operator must say it.</exception>
    internal SealWay Chosen()
    {
        if (Way is not null) return Way;
        if (Platform.GuestDevice is not null || File.Exists(Platform.SevGuestDevice)) return new SealWay.Platform();
        return File.Exists(Platform.TdxGuestDevice)
            ? throw new EvidenceException(
                $"This machine is a trust domain ({Platform.TdxGuestDevice}), whose processor derives no key to seal the node's keys by: "
                + "say --seal vault:https://HOST:8200/transit/keys/NAME, or --seal key-file:PATH with a file that the host cannot read.")
            : new SealWay.KeyFile();
    }
}
