using System.Diagnostics.CodeAnalysis;

namespace Stele.Server.Api;

/// <summary>
/// A version of ACL's API, as the query parameter <c>api-version</c> names it. Which operations and parameters each has
/// stands in <see cref="Operations"/>; how the answers differ stands here.
/// </summary>
internal sealed class ApiVersion
{
    /// <summary>The oldest: sub-ledgers instead of collections.</summary>
    public static readonly ApiVersion V01Preview = new(0, "0.1-preview");

    /// <summary>The only stable one: collections, receipts as they are today.</summary>
    public static readonly ApiVersion V2022May = new(1, "2022-05-13");

    /// <summary>Adds tags, the list of users, and users with several roles.</summary>
    public static readonly ApiVersion V2024December = new(2, "2024-12-09-preview");

    /// <summary>The newest: adds <c>waitForCommit</c> and the list of tags.</summary>
    public static readonly ApiVersion V2026July = new(3, "2026-07-31-preview");

    /// <summary>All versions, oldest first.</summary>
    public static readonly IReadOnlyList<ApiVersion> All = [V01Preview, V2022May, V2024December, V2026July];

    private readonly int _place;

    private ApiVersion(int place, string name)
    {
        _place = place;
        Name = name;
    }

    /// <summary>The version's name on the wire.</summary>
    public string Name { get; }

    /// <summary>What an entry's collection is called, in queries and in answers.</summary>
    public string CollectionName => this == V01Preview ? "subLedgerId" : "collectionId";

    /// <summary>What the link to a next page is called.</summary>
    public string NextLinkName => this == V01Preview ? "@nextLink" : "nextLink";

    /// <summary>Whether receipts name their leaf and root, beside the parts that they follow from.</summary>
    public bool HasLeafAndRoot => this == V01Preview;

    /// <summary>Whether receipts come with the claims behind their claims digest.</summary>
    public bool HasApplicationClaims => this != V01Preview;

    /// <summary>Finds a version by its name.</summary>
    public static bool TryParse(string name, [NotNullWhen(true)] out ApiVersion? version)
    {
        version = All.FirstOrDefault(candidate => candidate.Name == name);
        return version is not null;
    }

    /// <summary>Whether this version is from a first to a last one; none is no bound on that side.</summary>
    public bool IsWithin(ApiVersion? first, ApiVersion? last) =>
        (first is null || _place >= first._place) && (last is null || _place <= last._place);

    /// <summary>Versions' names, for a message.</summary>
    public static string Names(IEnumerable<ApiVersion> versions) => string.Join(", ", versions);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
