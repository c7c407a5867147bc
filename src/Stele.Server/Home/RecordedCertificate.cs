namespace Stele.Server.Home;

/// <summary>What a node makes of a certificate that the ledger has for it.</summary>
internal abstract record RecordedCertificate
{
    private RecordedCertificate()
    {
    }

    /// <summary>It is the one that the node shows.</summary>
    public sealed record Shown : RecordedCertificate;

    /// <summary>It is another one that the node can show.</summary>
    /// <param name="Lasts">Whether a start would keep it.</param>
    public sealed record Fit(bool Lasts) : RecordedCertificate;

    /// <summary>It is one that the node can show later.</summary>
    /// <param name="From">From when on it counts.</param>
    public sealed record Early(DateTimeOffset From) : RecordedCertificate;

    /// <summary>It is none that the node can show.</summary>
    /// <param name="Why">Why, as a part of a sentence.</param>
    public sealed record Unfit(string Why) : RecordedCertificate;
}
