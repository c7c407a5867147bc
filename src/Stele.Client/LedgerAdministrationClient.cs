using System.Security.Cryptography.X509Certificates;
using Azure;
using Azure.Core;
using Stele.Client.Calls;
using Stele.Client.Pipeline;

namespace Stele.Client;

/// <summary>
/// Says who may do what in a ledger: users, roles, functions. Safe for use by several threads at once.
/// </summary>
/// <remarks>
/// Each method throws <see cref="RequestFailedException"/> when the ledger refuses or cannot be reached, with the ledger's own
/// code of the error.
/// </remarks>
public partial class LedgerAdministrationClient
{
    private readonly LedgerPipeline _pipeline = null!;

    /// <summary>A client that comes with bearer tokens.</summary>
    /// <param name="endpoint">The ledger's address, https.</param>
    /// <param name="credential">Whose tokens.</param>
    public LedgerAdministrationClient(Uri endpoint, TokenCredential credential) : this(endpoint, credential, new LedgerClientOptions())
    {
    }

    /// <summary>A client that comes with bearer tokens.</summary>
    /// <param name="endpoint">The ledger's address, https.</param>
    /// <param name="credential">Whose tokens.</param>
    /// <param name="options">Options; <see cref="LedgerClientOptions.ServiceCertificate"/> says what is trusted.</param>
    public LedgerAdministrationClient(Uri endpoint, TokenCredential credential, LedgerClientOptions options)
        : this(PipelineFactory.ForLedger(endpoint, options, options?.ServiceCertificate, new LedgerCredential(credential)))
    {
    }

    /// <summary>A client that comes with a certificate.</summary>
    /// <param name="endpoint">The ledger's address, https.</param>
    /// <param name="credential">The certificate with its private key.</param>
    public LedgerAdministrationClient(Uri endpoint, X509Certificate2 credential)
        : this(endpoint, credential, new LedgerClientOptions())
    {
    }

    /// <summary>A client that comes with a certificate.</summary>
    /// <param name="endpoint">The ledger's address, https.</param>
    /// <param name="credential">The certificate with its private key.</param>
    /// <param name="options">Options; <see cref="LedgerClientOptions.ServiceCertificate"/> says what is trusted.</param>
    public LedgerAdministrationClient(Uri endpoint, X509Certificate2 credential, LedgerClientOptions options)
        : this(PipelineFactory.ForLedger(endpoint, options, options?.ServiceCertificate, new LedgerCredential(credential)))
    {
    }

    /// <summary>For tests that stand in for it.</summary>
    protected LedgerAdministrationClient()
    {
    }

    internal LedgerAdministrationClient(LedgerPipeline pipeline) => _pipeline = pipeline;

    /// <summary>A user, with the foremost of their roles.</summary>
    /// <param name="userId">A token's object id, or a certificate's fingerprint (<see cref="LedgerUser.IdOf"/>).</param>
    /// <param name="cancellationToken">Ends it.</param>
    public virtual Response<LedgerUser> GetUser(string userId, CancellationToken cancellationToken = default) =>
        _pipeline.Invoke(UserCalls.Get(_pipeline, UserCalls.Kind.OneRole, userId), cancellationToken);

    /// <inheritdoc cref="GetUser"/>
    public virtual Task<Response<LedgerUser>> GetUserAsync(string userId, CancellationToken cancellationToken = default) =>
        _pipeline.InvokeAsync(UserCalls.Get(_pipeline, UserCalls.Kind.OneRole, userId), cancellationToken);

    /// <summary>The ledger's users, each with the foremost of their roles.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    public virtual Pageable<LedgerUser> GetUsers(CancellationToken cancellationToken = default) =>
        UserCalls.List(_pipeline, UserCalls.Kind.OneRole).Of(_pipeline, cancellationToken);

    /// <inheritdoc cref="GetUsers"/>
    public virtual AsyncPageable<LedgerUser> GetUsersAsync(CancellationToken cancellationToken = default) =>
        UserCalls.List(_pipeline, UserCalls.Kind.OneRole).OfAsync(_pipeline, cancellationToken);

    /// <summary>Gives a user one role, which replaces all that they had.</summary>
    /// <param name="userId">A token's object id, or a certificate's fingerprint (<see cref="LedgerUser.IdOf"/>).</param>
    /// <param name="role">The role.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public virtual Response<LedgerUser> CreateOrUpdateUser(
        string userId, LedgerRole role, CancellationToken cancellationToken = default) =>
        _pipeline.Invoke(UserCalls.Set(_pipeline, userId, role), cancellationToken);

    /// <inheritdoc cref="CreateOrUpdateUser"/>
    public virtual Task<Response<LedgerUser>> CreateOrUpdateUserAsync(
        string userId, LedgerRole role, CancellationToken cancellationToken = default) =>
        _pipeline.InvokeAsync(UserCalls.Set(_pipeline, userId, role), cancellationToken);

    /// <summary>Takes all rights from a user.</summary>
    /// <param name="userId">A token's object id, or a certificate's fingerprint (<see cref="LedgerUser.IdOf"/>).</param>
    /// <param name="cancellationToken">Ends it.</param>
    public virtual Response DeleteUser(string userId, CancellationToken cancellationToken = default) =>
        _pipeline.Invoke(UserCalls.Delete(_pipeline, UserCalls.Kind.OneRole, userId), cancellationToken).GetRawResponse();

    /// <inheritdoc cref="DeleteUser"/>
    public virtual async Task<Response> DeleteUserAsync(string userId, CancellationToken cancellationToken = default) =>
        (await _pipeline.InvokeAsync(UserCalls.Delete(_pipeline, UserCalls.Kind.OneRole, userId), cancellationToken)
            .ConfigureAwait(false)).GetRawResponse();

    /// <summary>A user, with all their roles.</summary>
    /// <param name="userId">A token's object id, or a certificate's fingerprint (<see cref="LedgerUser.IdOf"/>).</param>
    /// <param name="cancellationToken">Ends it.</param>
    public virtual Response<LedgerUser> GetLedgerUser(string userId, CancellationToken cancellationToken = default) =>
        _pipeline.Invoke(UserCalls.Get(_pipeline, UserCalls.Kind.SeveralRoles, userId), cancellationToken);

    /// <inheritdoc cref="GetLedgerUser"/>
    public virtual Task<Response<LedgerUser>> GetLedgerUserAsync(string userId, CancellationToken cancellationToken = default) =>
        _pipeline.InvokeAsync(UserCalls.Get(_pipeline, UserCalls.Kind.SeveralRoles, userId), cancellationToken);

    /// <summary>The ledger's users, each with all their roles.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    public virtual Pageable<LedgerUser> GetLedgerUsers(CancellationToken cancellationToken = default) =>
        UserCalls.List(_pipeline, UserCalls.Kind.SeveralRoles).Of(_pipeline, cancellationToken);

    /// <inheritdoc cref="GetLedgerUsers"/>
    public virtual AsyncPageable<LedgerUser> GetLedgerUsersAsync(CancellationToken cancellationToken = default) =>
        UserCalls.List(_pipeline, UserCalls.Kind.SeveralRoles).OfAsync(_pipeline, cancellationToken);

    /// <summary>Gives a user roles.</summary>
    /// <param name="userId">A token's object id, or a certificate's fingerprint (<see cref="LedgerUser.IdOf"/>).</param>
    /// <param name="roles">The roles, at least one.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public virtual Response<LedgerUser> CreateOrUpdateLedgerUser(
        string userId, IEnumerable<LedgerRole> roles, CancellationToken cancellationToken = default) =>
        _pipeline.Invoke(UserCalls.Set(_pipeline, userId, roles), cancellationToken);

    /// <inheritdoc cref="CreateOrUpdateLedgerUser"/>
    public virtual Task<Response<LedgerUser>> CreateOrUpdateLedgerUserAsync(
        string userId, IEnumerable<LedgerRole> roles, CancellationToken cancellationToken = default) =>
        _pipeline.InvokeAsync(UserCalls.Set(_pipeline, userId, roles), cancellationToken);

    /// <summary>Takes all rights from a user.</summary>
    /// <param name="userId">A token's object id, or a certificate's fingerprint (<see cref="LedgerUser.IdOf"/>).</param>
    /// <param name="cancellationToken">Ends it.</param>
    public virtual Response DeleteLedgerUser(string userId, CancellationToken cancellationToken = default) =>
        _pipeline.Invoke(UserCalls.Delete(_pipeline, UserCalls.Kind.SeveralRoles, userId), cancellationToken).GetRawResponse();

    /// <inheritdoc cref="DeleteLedgerUser"/>
    public virtual async Task<Response> DeleteLedgerUserAsync(string userId, CancellationToken cancellationToken = default) =>
        (await _pipeline.InvokeAsync(UserCalls.Delete(_pipeline, UserCalls.Kind.SeveralRoles, userId), cancellationToken)
            .ConfigureAwait(false)).GetRawResponse();
}
