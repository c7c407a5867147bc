namespace Stele.Governance.Service;

/// <summary>Nothing was written: members have closed the service to its users' writes.</summary>
public sealed class ServiceClosedException() : Exception(
    "The members of this ledger have closed it: it takes no more writes. What is in it can be read and proved as before. "
    + "Members open it again by a proposal with the action transition_service_to_open.");
