namespace Stele.Replication.Network;

/// <summary>This node is no longer the primary: nothing of what it was about to write was taken, or ever will be.</summary>
internal sealed class DeposedException() : Exception("Another node is becoming the primary.");
