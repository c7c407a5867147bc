using System.Security.Cryptography;

namespace Stele.Attestation;

/// <summary>The part of a policy that asks the same of every platform.</summary>
internal static class Appraisal
{
    private const int ReportDataSize = 64;
    private const int ShownMax = 4;

    /// <summary>Checks what was loaded, what the host bound to it, and what the guest chose.</summary>
    public static void CheckValues(
        CheckList checks, EvidencePolicy policy,
        ReadOnlyMemory<byte> measurement, ReadOnlyMemory<byte> hostData, ReadOnlyMemory<byte> reportData)
    {
        if (policy.Measurements is { } measurements)
            CheckOneOf(checks, "measurement-expected", measurements, measurement);
        if (policy.HostData is { } expected)
            CheckOneOf(checks, "host_data-expected", expected, hostData);
        if (policy.ReportData is { } data)
            CheckReportData(checks, "report_data-expected", data, reportData);
    }

    /// <summary>Checks that report data is a value and zeros behind it: all 64 bytes count.</summary>
    public static void CheckReportData(
        CheckList checks, string name, ReadOnlyMemory<byte> expected, ReadOnlyMemory<byte> reportData) => checks.Add(
        name, IsPadded(expected.Span, reportData.Span), $"The report data is {Hex(reportData)}, not {Hex(expected)} and zeros.");

    /// <summary>Checks that a value is one of those that are accepted.</summary>
    public static void CheckOneOf(
        CheckList checks, string name, IReadOnlyList<ReadOnlyMemory<byte>> accepted, ReadOnlyMemory<byte> found,
        Func<ReadOnlyMemory<byte>, string>? shown = null) => checks.Add(
        name, accepted.Any(value => CryptographicOperations.FixedTimeEquals(value.Span, found.Span)),
        $"{(shown ?? Hex)(found)} is not accepted; {Accepted([.. accepted.Select(shown ?? Hex)])}");

    /// <summary>Says what would be right; of a long list only how it begins.</summary>
    public static string Accepted(IReadOnlyCollection<object> accepted)
    {
        if (accepted.Count == 0) return "nothing is.";
        var others = accepted.Count > ShownMax ? $" and {accepted.Count - ShownMax} more" : "";
        return $"accepted: {string.Join(", ", accepted.Take(ShownMax))}{others}.";
    }

    private static bool IsPadded(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> found)
    {
        if (expected.Length > ReportDataSize || found.Length != ReportDataSize) return false;
        Span<byte> padded = stackalloc byte[ReportDataSize];
        padded.Clear();
        expected.CopyTo(padded);
        return CryptographicOperations.FixedTimeEquals(padded, found);
    }

    private static string Hex(ReadOnlyMemory<byte> bytes) => Convert.ToHexStringLower(bytes.Span);
}
