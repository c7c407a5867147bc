using Stele.Etcd;

namespace Stele.Replication.Network;

/// <summary>The time for which this node was elected to write.</summary>
/// <param name="View">The view that it writes in: no other term has it.</param>
/// <param name="Fence">The revision that created its election key: every write to etcd is made to depend on it.</param>
/// <param name="Lease">What the election key lives on.</param>
/// <param name="Lost">Ends with the term, as far as this node knows.</param>
internal sealed record Term(View View, long Fence, LeaseId Lease, CancellationToken Lost);
