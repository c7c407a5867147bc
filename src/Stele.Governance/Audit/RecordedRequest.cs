using System.Text;
using System.Text.Json;
using Stele.Cryptography;
using Stele.Governance.Members;
using Stele.Governance.Proposals;
using Stele.Governance.Requests;
using Stele.Ledger.Entries;

namespace Stele.Governance.Audit;

/// <summary>The request that a transaction recorded, decided anew.</summary>
internal static class RecordedRequest
{
    /// <summary>Whether a transaction records a request.</summary>
    public static bool IsIn(WriteSet written) =>
        written.Find(GovernanceTables.CoseHistory) is not null || Ack(written, out _) is not null;

    /// <summary>The request.</summary>
    /// <exception cref="FormatException">There is not one, as its member signed it.</exception>
    public static SignedRequest In(WriteSet written)
    {
        var request = SignedRequest.Read(Bytes(written, out var memberId));
        return request.Header.MemberId == memberId
            ? request
            : throw new FormatException("A request was recorded as another member's than who signed it.");
    }

    /// <summary>Decides it.</summary>
    public static Decision Decide(SignedRequest request, Deliberation on)
    {
        var (member, proposal) = (request.Header.MemberId, request.Header.ProposalId ?? "");
        return request.Header.Type switch
        {
            RequestType.Proposal => on.Propose(request),
            RequestType.Ballot => on.Vote(request, proposal, member),
            RequestType.Withdrawal => on.Withdraw(request, proposal),
            RequestType.Ack => on.Acknowledge(request, member),
            var type => throw new FormatException($"A request of type {type} changes no table of governance."),
        };
    }

    /// <summary>The root by which the state was named when it was decided.</summary>
    /// <exception cref="FormatException">No state of this ledger had such a one.</exception>
    public static Digest RootOf(SignedRequest request, WriteSet written, KnownRoots roots)
    {
        if (request.Header.Type == RequestType.Proposal)
        {
            var ids = (written.Find(GovernanceTables.ProposalsInfo)?.Writes ?? []).Select(row => Encoding.UTF8.GetString(row.Key.Span));
            var made = ids.ToHashSet(StringComparer.Ordinal);
            return roots.Find(root => made.Contains(ProposalTable.IdOf(root, request)))
                ?? throw new FormatException("The proposal's id is not that of its request and a state of this ledger.");
        }
        // A member who is let in is told a state.
        var rows = written.Find(GovernanceTables.MemberAcks)?.Writes ?? [];
        var told = rows.Select(row => StateIn(row.Value)).ToHashSet(StringComparer.Ordinal);
        return roots.Find(root => told.Contains(root.ToHex())) ?? roots.Newest;
    }

    /// <summary>The state that a row tells a member; none where it holds a request too, or is none.</summary>
    public static string? StateIn(ReadOnlyMemory<byte>? row)
    {
        using var json = Parse(row);
        return json is not null && !json.RootElement.TryGetProperty(MemberTable.RequestName, out _)
            && json.RootElement.TryGetProperty("state_digest", out var digest) ? digest.ToString() : null;
    }

    private static byte[] Bytes(WriteSet written, out string memberId)
    {
        if (written.Find(GovernanceTables.CoseHistory) is not { } history) return Ack(written, out memberId)!;
        if (history.Writes is not [{ Value: { } row } one]) throw new FormatException("A transaction records one request, not several.");
        memberId = Encoding.UTF8.GetString(one.Key.Span);
        using var json = Parse(row);
        return json?.RootElement.ValueKind == JsonValueKind.String && json.RootElement.TryGetBytesFromBase64(out var bytes)
            ? bytes
            : throw new FormatException("The recorded request is not base64.");
    }

    private static byte[]? Ack(WriteSet written, out string memberId)
    {
        memberId = "";
        foreach (var row in written.Find(GovernanceTables.MemberAcks)?.Writes ?? [])
        {
            using var json = Parse(row.Value);
            if (json is null || !json.RootElement.TryGetProperty(MemberTable.RequestName, out var request)) continue;
            memberId = Encoding.UTF8.GetString(row.Key.Span);
            return request.ValueKind == JsonValueKind.String && request.TryGetBytesFromBase64(out var bytes) ? bytes : [];
        }
        return null;
    }

    private static JsonDocument? Parse(ReadOnlyMemory<byte>? row)
    {
        try
        {
            return row is { } bytes ? JsonDocument.Parse(bytes) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
