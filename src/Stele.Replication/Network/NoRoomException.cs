using Stele.Ledger.Files;

namespace Stele.Replication.Network;

/// <summary>This node's disk takes no more at the moment: what it took is whole, and the rest can be had again.</summary>
internal sealed class NoRoomException(WriteRefusedException cause) : Exception(cause.Message, cause);
