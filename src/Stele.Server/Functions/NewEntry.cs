namespace Stele.Server.Functions;

/// <summary>An entry that is to be written together with what functions write.</summary>
/// <param name="Collection">Where to.</param>
/// <param name="Contents">What.</param>
/// <param name="Tags">Its tags.</param>
/// <param name="WaitsForCommit">Whether the caller waits until it is committed.</param>
internal sealed record NewEntry(CollectionId Collection, string Contents, IReadOnlyList<string> Tags, bool WaitsForCommit);
