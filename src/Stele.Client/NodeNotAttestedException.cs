using Stele.Attestation;

namespace Stele.Client;

/// <summary>A node does not run what the policy accepts, or does not show that it does.</summary>
public sealed class NodeNotAttestedException : Exception
{
    /// <summary>Says which checks failed.</summary>
    /// <param name="node">The node's address.</param>
    /// <param name="verdict">The verdict on its evidence.</param>
    public NodeNotAttestedException(Uri node, Verdict verdict)
        : base($"{node} is not attested: {string.Join("; ", verdict.Failed.Select(check => $"{check.Name}: {check.Reason}"))}") =>
        (Node, Verdict) = (node, verdict);

    /// <summary>The node's address.</summary>
    public Uri Node { get; }

    /// <summary>Every check that was made of its evidence.</summary>
    public Verdict Verdict { get; }
}
