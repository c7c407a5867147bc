using Stele.Server.Attestation;
using Stele.Server.Attestation.Tsm;

namespace Stele.Server.Sealing;

/// <summary>What opens a node's secrets, and the machine that it may be asked of.</summary>
/// <param name="Way">The way; null for the one that the machine has.</param>
/// <param name="Platform">The machine.</param>
public sealed record SealOptions(SealWay? Way, PlatformOptions Platform)
{
    /// <summary>
    /// The way: the processor's key where it derives one, else the key file in the data directory. In an enclave without such
    /// a key the operator must say it: a key beside what it opens would be for the host to read.
    /// </summary>
    /// <exception cref="EvidenceException">The operator must say it.</exception>
    internal SealWay Chosen(TimeProvider time)
    {
        if (Way is not null) return Way;
        if (Platform.GuestDevice is not null || File.Exists(Platform.SevGuestDevice)) return new SealWay.Platform();
        return File.Exists(Platform.TdxGuestDevice) || new TsmReports(Platform.TsmDirectory, Platform.PrivilegeLevel, time).HasProvider()
            ? throw new EvidenceException(
                $"This machine is an enclave, and gives no key to seal the node's keys by: a trust domain has none, and a guest of "
                + $"SEV-SNP gives one through {Platform.SevGuestDevice}, which is not here. Let the node have that, or say "
                + "--seal vault:https://HOST:8200/transit/keys/NAME, or --seal key-file:PATH with a file that the host cannot read.")
            : new SealWay.KeyFile();
    }
}
