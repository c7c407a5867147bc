namespace Stele.Governance.Constitution;

/// <summary>The constitution that a ledger begins with unless its founders bring their own.</summary>
public static class DefaultConstitution
{
    /// <summary>Its script: one JavaScript module that exports <c>validate</c>, <c>resolve</c> and <c>apply</c>.</summary>
    public static string Script { get; } = Read();

    private static string Read()
    {
        var assembly = typeof(DefaultConstitution).Assembly;
        using var stream = assembly.GetManifestResourceStream("Stele.Governance.constitution.js")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
