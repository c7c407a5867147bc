namespace Stele.Attestation.Dcap;

/// <summary>What a quote is about: an enclave or a trust domain.</summary>
internal interface IQuoteBody
{
    /// <summary>64 bytes that it chose itself.</summary>
    byte[] ReportData { get; }

    /// <summary>Whether its memory can be read from outside.</summary>
    bool IsDebug { get; }

    /// <summary>Whether that is because of its debug mode alone, which a policy may allow.</summary>
    bool IsOnlyDebug { get; }

    /// <summary>What the body says, in the words of every platform.</summary>
    AttestationClaims Claims { get; }
}
