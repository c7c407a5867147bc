namespace Stele.Ledger.Proofs;

/// <summary>A tile is not there, or cannot be read: what it holds must be had from the ledger itself.</summary>
internal sealed class TileMissingException(long tile) : Exception($"Tile {tile} of the proofs' index is missing.");
