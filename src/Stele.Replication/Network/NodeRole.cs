namespace Stele.Replication.Network;

/// <summary>What a node does for its network at the moment.</summary>
public enum NodeRole
{
    /// <summary>It follows what others write, and answers reads.</summary>
    Backup,

    /// <summary>It is the one that writes: alone in its network, or elected.</summary>
    Primary,
}
