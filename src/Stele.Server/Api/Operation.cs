using Stele.Governance.Users;

namespace Stele.Server.Api;

/// <summary>Answers a call.</summary>
/// <exception cref="RefusedException">The call is refused.</exception>
internal delegate Task<Answer> Endpoint(Call call);

/// <summary>An operation of the API.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">The path.</param>
/// <param name="Permission">What its callers must be allowed; without one there is no operation.</param>
/// <param name="Endpoint">What answers it.</param>
internal sealed record Operation(string Method, PathTemplate Path, Permission Permission, Endpoint Endpoint)
{
    /// <summary>The first version that has it; none for the oldest.</summary>
    public ApiVersion? First { get; init; }

    /// <summary>The last version that has it; none for the newest.</summary>
    public ApiVersion? Last { get; init; }

    /// <summary>The query parameters it has beside <c>api-version</c>.</summary>
    public IReadOnlyList<QueryParameter> Parameters { get; init; } = [];

    /// <summary>What its callers must be allowed too; none where <see cref="Permission"/> is enough.</summary>
    public Permission? Also { get; init; }

    /// <summary>All that its callers must be allowed.</summary>
    public IReadOnlyList<Permission> Permissions => Also is { } also ? [Permission, also] : [Permission];

    /// <summary>The versions that have it.</summary>
    public IEnumerable<ApiVersion> Versions => ApiVersion.All.Where(IsIn);

    /// <summary>Whether a version has it.</summary>
    public bool IsIn(ApiVersion version) => version.IsWithin(First, Last);

    /// <inheritdoc/>
    public override string ToString() => $"{Method} {Path}";
}

/// <summary>A query parameter of an operation.</summary>
/// <param name="Name">Its name.</param>
/// <param name="First">The first version that has it; none for the oldest.</param>
/// <param name="Last">The last version that has it; none for the newest.</param>
internal sealed record QueryParameter(string Name, ApiVersion? First = null, ApiVersion? Last = null)
{
    /// <summary>The names of the versions that have it.</summary>
    public string VersionNames => ApiVersion.Names(ApiVersion.All.Where(version => version.IsWithin(First, Last)));

    /// <summary>Whether a version has this parameter under a name.</summary>
    public bool Is(string name, ApiVersion version) => name == Name && version.IsWithin(First, Last);
}
