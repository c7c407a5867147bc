using System.Globalization;

namespace Stele.Ledger.Proofs;

/// <summary>The name of a tile's file: <c>proofs_65536-131071.tile</c>, the first and the last seqno.</summary>
internal static class ProofTileName
{
    private const string Prefix = "proofs_";
    private const string Suffix = ".tile";

    public static string Of(long tile) =>
        string.Create(
            CultureInfo.InvariantCulture, $"{Prefix}{tile * ProofTile.Leaves}-{((tile + 1) * ProofTile.Leaves) - 1}{Suffix}");

    /// <summary>The number of the tile that a file is; null where it is none.</summary>
    public static long? Parse(string fileName)
    {
        if (!fileName.StartsWith(Prefix, StringComparison.Ordinal)) return null;
        var dash = fileName.IndexOf('-', StringComparison.Ordinal);
        if (dash < 0 || !long.TryParse(fileName.AsSpan(Prefix.Length, dash - Prefix.Length), NumberStyles.None,
                CultureInfo.InvariantCulture, out var first)) return null;
        var tile = first / ProofTile.Leaves;
        return fileName == Of(tile) ? tile : null;
    }
}
