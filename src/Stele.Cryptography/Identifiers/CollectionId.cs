namespace Stele;

/// <summary>The name of a collection: a sequence of entries within the ledger («sub-ledger» in the oldest API).</summary>
/// <param name="Value">Any non-empty text of at most <see cref="MaxLength"/> characters.</param>
public readonly record struct CollectionId(string Value)
{
    /// <summary>The longest name in characters; a bound of ours, ACL's is the request's own size.</summary>
    public const int MaxLength = 256;

    /// <summary>Where entries go that name no collection: ACL's constant in every API version.</summary>
    public static readonly CollectionId Default = new("subledger:0");

    /// <inheritdoc/>
    public override string ToString() => Value;
}
