using Stele.Cryptography;
using Stele.Ledger.Signatures;

namespace Stele.Ledger.Audit;

/// <summary>
/// A signature and everything that it is judged by: the nodes and the service as they were when it was made. It can be
/// verified at any time and on any thread.
/// </summary>
internal sealed record SignatureCheck(
    SignatureRecord Signature, TransactionId Id, Digest Root, NodeRecords Nodes, ServiceRecord Service)
{
    /// <summary>Verifies it: two P-384 signatures, about half a millisecond each.</summary>
    /// <exception cref="FormatException">It is not one of a node that may sign, or not one of the service.</exception>
    public void Run()
    {
        if (Signature.Node is { } node) Nodes.Verify(node, Id);
        if (Signature.Cose is { } cose) Service.Verify(cose, Root, Id);
        else if (Signature.Node is null) throw new FormatException("The signature transaction holds no signature.");
    }
}
