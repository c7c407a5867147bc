namespace Stele.Server.Functions;

/// <summary>
/// How often a run may begin: anew where what it read has changed, but not for long. A run that is long itself would otherwise hold a
/// place for as many times as long, beside rows that change all the time.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class Attempts(TimeProvider time)
{
    private const int CountMax = 30;
    private static readonly TimeSpan TimeMax = TimeSpan.FromSeconds(30);
    private readonly long _start = time.GetTimestamp();
    private int _count;

    /// <summary>Begins an attempt, if one more may be made; the first always may.</summary>
    public bool TryBegin() => _count++ == 0 || (_count <= CountMax && time.GetElapsedTime(_start) < TimeMax);
}
