namespace Stele.Cryptography.Merkle;

/// <summary>One level of a Merkle proof: the sibling to hash with, and the side it stands on.</summary>
/// <param name="Sibling">The sibling's digest.</param>
/// <param name="SiblingIsLeft">Whether the sibling stands to the left of the node proved so far.</param>
public readonly record struct ProofStep(Digest Sibling, bool SiblingIsLeft);
