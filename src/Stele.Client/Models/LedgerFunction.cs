namespace Stele.Client;

/// <summary>A user-defined function.</summary>
public sealed class LedgerFunction
{
    internal LedgerFunction(string id, string code) => (Id, Code) = (id, code);

    /// <summary>Its id.</summary>
    public string Id { get; }

    /// <summary>Its code: a JavaScript module.</summary>
    public string Code { get; }
}
