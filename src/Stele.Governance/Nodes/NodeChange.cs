namespace Stele.Governance.Nodes;

/// <summary>What became of a change to a node.</summary>
public enum NodeChange
{
    /// <summary>It was made, or is as asked already.</summary>
    Made,

    /// <summary>There is no such node.</summary>
    NoSuchNode,

    /// <summary>It was refused: the node is retired, and stays so.</summary>
    Retired,

    /// <summary>It was refused: no trusted node would be left.</summary>
    LastTrusted,

    /// <summary>It was refused: the node has asked before, with another key for its secrets or another request.</summary>
    AnotherRequest,

    /// <summary>It was refused: as many nodes wait for a decision as may.</summary>
    TooManyPending,
}
