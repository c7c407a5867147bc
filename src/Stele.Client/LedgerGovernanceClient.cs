using System.Security.Cryptography.X509Certificates;
using Azure;
using Azure.Core;
using Stele.Client.Calls;
using Stele.Client.Pipeline;

namespace Stele.Client;

/// <summary>
/// Reads who governs a ledger, by what rules, and what its nodes run in. What changes any of it is signed by members:
/// <c>stele member</c>. Safe for use by several threads at once.
/// </summary>
/// <remarks>
/// Each method throws <see cref="RequestFailedException"/> when the ledger refuses or cannot be reached, with the ledger's own
/// code of the error.
/// </remarks>
public class LedgerGovernanceClient
{
    private readonly LedgerPipeline _pipeline = null!;

    /// <summary>A client that comes with bearer tokens.</summary>
    /// <param name="endpoint">The ledger's address, https.</param>
    /// <param name="credential">Whose tokens.</param>
    public LedgerGovernanceClient(Uri endpoint, TokenCredential credential) : this(endpoint, credential, new LedgerClientOptions())
    {
    }

    /// <summary>A client that comes with bearer tokens.</summary>
    /// <param name="endpoint">The ledger's address, https.</param>
    /// <param name="credential">Whose tokens.</param>
    /// <param name="options">Options; <see cref="LedgerClientOptions.ServiceCertificate"/> says what is trusted.</param>
    public LedgerGovernanceClient(Uri endpoint, TokenCredential credential, LedgerClientOptions options)
        : this(PipelineFactory.ForLedger(endpoint, options, options?.ServiceCertificate, new LedgerCredential(credential)))
    {
    }

    /// <summary>A client that comes with a certificate.</summary>
    /// <param name="endpoint">The ledger's address, https.</param>
    /// <param name="credential">The certificate with its private key.</param>
    public LedgerGovernanceClient(Uri endpoint, X509Certificate2 credential)
        : this(endpoint, credential, new LedgerClientOptions())
    {
    }

    /// <summary>A client that comes with a certificate.</summary>
    /// <param name="endpoint">The ledger's address, https.</param>
    /// <param name="credential">The certificate with its private key.</param>
    /// <param name="options">Options; <see cref="LedgerClientOptions.ServiceCertificate"/> says what is trusted.</param>
    public LedgerGovernanceClient(Uri endpoint, X509Certificate2 credential, LedgerClientOptions options)
        : this(PipelineFactory.ForLedger(endpoint, options, options?.ServiceCertificate, new LedgerCredential(credential)))
    {
    }

    /// <summary>For tests that stand in for it.</summary>
    protected LedgerGovernanceClient()
    {
    }

    internal LedgerGovernanceClient(LedgerPipeline pipeline) => _pipeline = pipeline;

    /// <summary>The rules by which members decide.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    public virtual Response<Constitution> GetConstitution(CancellationToken cancellationToken = default) =>
        _pipeline.Invoke(GovernanceCalls.Constitution(_pipeline), cancellationToken);

    /// <inheritdoc cref="GetConstitution"/>
    public virtual Task<Response<Constitution>> GetConstitutionAsync(CancellationToken cancellationToken = default) =>
        _pipeline.InvokeAsync(GovernanceCalls.Constitution(_pipeline), cancellationToken);

    /// <summary>The consortium's members, as Azure Confidential Ledger tells them.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    public virtual Pageable<ConsortiumMember> GetMembers(CancellationToken cancellationToken = default) =>
        GovernanceCalls.Members(_pipeline).Of(_pipeline, cancellationToken);

    /// <inheritdoc cref="GetMembers"/>
    public virtual AsyncPageable<ConsortiumMember> GetMembersAsync(CancellationToken cancellationToken = default) =>
        GovernanceCalls.Members(_pipeline).OfAsync(_pipeline, cancellationToken);

    /// <summary>What the nodes show of the enclaves that they run in.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    public virtual Response<EnclaveQuotes> GetEnclaveQuotes(CancellationToken cancellationToken = default) =>
        _pipeline.Invoke(GovernanceCalls.Quotes(_pipeline), cancellationToken);

    /// <inheritdoc cref="GetEnclaveQuotes"/>
    public virtual Task<Response<EnclaveQuotes>> GetEnclaveQuotesAsync(CancellationToken cancellationToken = default) =>
        _pipeline.InvokeAsync(GovernanceCalls.Quotes(_pipeline), cancellationToken);

    /// <summary>
    /// The consortium's members with their status, by CCF's governance API, which Azure's service does not offer.
    /// </summary>
    /// <param name="cancellationToken">Ends it.</param>
    public virtual Pageable<ConsortiumMember> GetServiceMembers(CancellationToken cancellationToken = default) =>
        GovernanceCalls.ServiceMembers().Of(_pipeline, cancellationToken);

    /// <inheritdoc cref="GetServiceMembers"/>
    public virtual AsyncPageable<ConsortiumMember> GetServiceMembersAsync(CancellationToken cancellationToken = default) =>
        GovernanceCalls.ServiceMembers().OfAsync(_pipeline, cancellationToken);

    /// <summary>
    /// The open proposals and those decided last, by CCF's governance API, which Azure's service does not offer.
    /// </summary>
    /// <param name="cancellationToken">Ends it.</param>
    public virtual Pageable<Proposal> GetProposals(CancellationToken cancellationToken = default) =>
        GovernanceCalls.Proposals().Of(_pipeline, cancellationToken);

    /// <inheritdoc cref="GetProposals"/>
    public virtual AsyncPageable<Proposal> GetProposalsAsync(CancellationToken cancellationToken = default) =>
        GovernanceCalls.Proposals().OfAsync(_pipeline, cancellationToken);

    /// <summary>A proposal.</summary>
    /// <param name="proposalId">The proposal's id.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public virtual Response<Proposal> GetProposal(string proposalId, CancellationToken cancellationToken = default) =>
        _pipeline.Invoke(GovernanceCalls.Proposal(proposalId), cancellationToken);

    /// <inheritdoc cref="GetProposal"/>
    public virtual Task<Response<Proposal>> GetProposalAsync(string proposalId, CancellationToken cancellationToken = default) =>
        _pipeline.InvokeAsync(GovernanceCalls.Proposal(proposalId), cancellationToken);

    /// <summary>What a proposal would do, JSON as it was signed.</summary>
    /// <param name="proposalId">The proposal's id.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public virtual Response<BinaryData> GetProposalActions(string proposalId, CancellationToken cancellationToken = default) =>
        _pipeline.Invoke(GovernanceCalls.ProposalActions(proposalId), cancellationToken);

    /// <inheritdoc cref="GetProposalActions"/>
    public virtual Task<Response<BinaryData>> GetProposalActionsAsync(
        string proposalId, CancellationToken cancellationToken = default) =>
        _pipeline.InvokeAsync(GovernanceCalls.ProposalActions(proposalId), cancellationToken);
}
