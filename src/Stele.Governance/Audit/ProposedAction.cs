using System.Text.Json;

namespace Stele.Governance.Audit;

/// <summary>An action of a proposal.</summary>
/// <param name="Name">Its name; <c>?</c> where it has none.</param>
/// <param name="Whole">The action as it was proposed, its arguments among it.</param>
public sealed record ProposedAction(string Name, JsonElement Whole)
{
    /// <summary>The actions of a proposal's text; none where they are no list.</summary>
    internal static IReadOnlyList<ProposedAction> In(string text)
    {
        using var json = JsonDocument.Parse(text);
        return json.RootElement.TryGetProperty("actions", out var actions) && actions.ValueKind == JsonValueKind.Array
            ? [.. actions.EnumerateArray().Select(action => new ProposedAction(NameOf(action), action.Clone()))]
            : [];
    }

    private static string NameOf(JsonElement action) =>
        action.ValueKind == JsonValueKind.Object && action.TryGetProperty("name", out var name) ? name.ToString() : "?";
}
