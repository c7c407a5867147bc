using Stele.Attestation.Certificates;

namespace Stele.Attestation.Azure;

/// <summary>Verifies endorsements of Azure's utility VM.</summary>
internal static class UvmVerifier
{
    private const string Prefix = "uvm:";

    /// <summary>Checks that an endorsement is genuine, by someone who may, and of this measurement.</summary>
    public static void Check(
        CheckList checks, UvmEndorsement endorsement, ReadOnlyMemory<byte> measurement, IReadOnlyList<UvmEndorser>? endorsers)
    {
        checks.Add(Prefix + "chain", endorsement.IsChained, "The signer's certificates are no chain to a root.");
        // Signers' certificates last a year, endorsements longer: they must have been valid when they signed.
        checks.Add(
            Prefix + "chain-validity", endorsement.Chain.All(certificate => certificate.IsValidAt(endorsement.SigningTime)),
            $"A signer's certificate was not valid at {endorsement.SigningTime:u}, when it signed.");
        checks.Add(Prefix + "did", IsIssuer(endorsement), $"The signer's certificates are not those of {endorsement.Issuer}.");
        checks.Add(Prefix + "signature", endorsement.IsSigned, "The signer's key did not sign the endorsement.");
        checks.Add(
            Prefix + "measurement", endorsement.Measurement.Span.SequenceEqual(measurement.Span),
            $"The endorsement is of {Convert.ToHexStringLower(endorsement.Measurement.Span)}.");
        if (endorsers is null)
            checks.NotMade(Prefix + "trusted", "The policy names no endorser: anyone may have signed.");
        else
            CheckTrust(checks, endorsement, endorsers);
    }

    private static void CheckTrust(CheckList checks, UvmEndorsement endorsement, IReadOnlyList<UvmEndorser> endorsers)
    {
        var same = endorsers.Where(endorser => endorser.Did == endorsement.Issuer).ToList();
        if (!checks.Add(Prefix + "trusted", same.Count > 0, $"{endorsement.Issuer} may not endorse.")) return;
        same = [.. same.Where(endorser => endorser.Feed == endorsement.Feed)];
        if (!checks.Add(Prefix + "feed", same.Count > 0, $"The endorsement is of {endorsement.Feed}.")) return;
        checks.Add(
            Prefix + "guestsvn", same.Any(endorser => endorsement.Svn >= endorser.MinimumSvn),
            $"Security version {endorsement.Svn}, accepted from {same.Min(endorser => endorser.MinimumSvn)} on.");
    }

    private static bool IsIssuer(UvmEndorsement endorsement)
    {
        try
        {
            return DidX509.Parse(endorsement.Issuer).Names(endorsement.Chain);
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
