using Azure;
using Stele.Client.Calls;

namespace Stele.Client;

/// <content>User-defined roles.</content>
public partial class LedgerAdministrationClient
{
    /// <summary>User-defined roles.</summary>
    /// <param name="role">The one to show; null for all.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public virtual Response<IReadOnlyList<RoleDefinition>> GetRoles(
        LedgerRole? role = null, CancellationToken cancellationToken = default) =>
        _pipeline.Invoke(UserCalls.GetRoles(_pipeline, role), cancellationToken);

    /// <inheritdoc cref="GetRoles"/>
    public virtual Task<Response<IReadOnlyList<RoleDefinition>>> GetRolesAsync(
        LedgerRole? role = null, CancellationToken cancellationToken = default) =>
        _pipeline.InvokeAsync(UserCalls.GetRoles(_pipeline, role), cancellationToken);

    /// <summary>Makes roles that there are not yet.</summary>
    /// <param name="roles">The roles.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public virtual Response CreateRoles(IEnumerable<RoleDefinition> roles, CancellationToken cancellationToken = default) =>
        _pipeline.Invoke(UserCalls.CreateRoles(_pipeline, roles), cancellationToken).GetRawResponse();

    /// <inheritdoc cref="CreateRoles"/>
    public virtual async Task<Response> CreateRolesAsync(
        IEnumerable<RoleDefinition> roles, CancellationToken cancellationToken = default) =>
        (await _pipeline.InvokeAsync(UserCalls.CreateRoles(_pipeline, roles), cancellationToken).ConfigureAwait(false)).GetRawResponse();

    /// <summary>Adds to what roles may do.</summary>
    /// <param name="roles">The roles, with what they may do besides.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public virtual Response ExtendRoles(IEnumerable<RoleDefinition> roles, CancellationToken cancellationToken = default) =>
        _pipeline.Invoke(UserCalls.ExtendRoles(_pipeline, roles), cancellationToken).GetRawResponse();

    /// <inheritdoc cref="ExtendRoles"/>
    public virtual async Task<Response> ExtendRolesAsync(
        IEnumerable<RoleDefinition> roles, CancellationToken cancellationToken = default) =>
        (await _pipeline.InvokeAsync(UserCalls.ExtendRoles(_pipeline, roles), cancellationToken).ConfigureAwait(false)).GetRawResponse();

    /// <summary>Deletes a role, and takes it from all who have it.</summary>
    /// <param name="role">The role.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public virtual Response DeleteRole(LedgerRole role, CancellationToken cancellationToken = default) =>
        _pipeline.Invoke(UserCalls.DeleteRole(_pipeline, role), cancellationToken).GetRawResponse();

    /// <inheritdoc cref="DeleteRole"/>
    public virtual async Task<Response> DeleteRoleAsync(LedgerRole role, CancellationToken cancellationToken = default) =>
        (await _pipeline.InvokeAsync(UserCalls.DeleteRole(_pipeline, role), cancellationToken).ConfigureAwait(false)).GetRawResponse();
}
