using System.Text;
using System.Text.Json;
using Stele.Cryptography;
using Stele.Cryptography.Merkle;
using Stele.Governance.Requests;
using Stele.Ledger.Entries;
using Stele.Ledger.Files;
using Stele.Ledger.Tables;
using Stele.Tests;

namespace Stele.Governance.Tests;

/// <summary>
/// What members of real CCF services signed is decided here as CCF decided it, under the constitutions that those services had.
/// </summary>
public sealed class RealConsortiumTests
{
    private static readonly TableName[] Compared =
    [
        GovernanceTables.Proposals, GovernanceTables.ProposalsInfo, GovernanceTables.CoseHistory, GovernanceTables.RecentProposals,
        TableNames.UsersCerts, TableNames.UsersInfo, TableNames.MembersInfo,
    ];

    [Theory]
    [InlineData("ccf-live/vec", 6)]
    [InlineData("ccf-ledgers/acme_containing_service", 15)]
    [InlineData("ccf-ledgers/acme_containing_service", 18)]
    [InlineData("ccf-ledgers/acme_containing_service", 19)]
    [InlineData("ccf-ledgers/cose_flipflop_service", 7)]
    public void A_request_is_decided_as_ccf_decided_it(string service, long seqno)
    {
        var (tables, root, entry) = Before(service, seqno);
        var request = SignedRequest.Read(RequestIn(entry));
        var deliberation = new Deliberation(
            tables, root, new TestConsortium(1), TimeProvider.System, TestContext.Current.CancellationToken);
        var decision = request.Header.Type == RequestType.Proposal
            ? deliberation.Propose(request)
            : deliberation.Vote(request, request.Header.ProposalId!, request.Header.MemberId);
        var granted = Assert.IsType<Decision.Granted>(decision);
        foreach (var table in Compared) Assert.Equal(Rows(entry.PublicWrites, table), Rows(granted.Writes, table));
    }

    private static string Rows(WriteSet writes, TableName table) => string.Join('\n',
        from write in writes.Find(table)?.Writes ?? []
        let row = $"{Text(write.Key)} = {(write.Value is { } value ? Text(value) : "(removed)")}"
        orderby row
        select row);

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    private static (LedgerTables Tables, Digest Root, LedgerEntry Entry) Before(string service, long seqno)
    {
        var tables = LedgerTables.Empty;
        var tree = new MerkleTree();
        foreach (var entry in Entries(SharedVectors.Require($"vectors/{service}/ledger")))
        {
            if (entry.Id.SeqNo.Value == seqno) return (tables, tree.Root, entry);
            tables = tables.With(entry.PublicWrites, entry.Id.SeqNo);
            tree.Append(entry.Leaf);
        }
        throw new InvalidOperationException($"The ledger ends before {seqno}.");
    }

    private static IEnumerable<LedgerEntry> Entries(string directory)
    {
        foreach (var chunk in LedgerDirectory.Chunks(directory))
        {
            using var reader = ChunkReader.Open(chunk);
            while (reader.TryReadNext(out _, out var bytes)) yield return LedgerEntry.Parse(bytes);
        }
    }

    private static byte[] RequestIn(LedgerEntry entry)
    {
        var row = entry.WritesTo(GovernanceTables.CoseHistory)!.Writes[0].Value!.Value;
        return Convert.FromBase64String(JsonSerializer.Deserialize<string>(row.Span)!);
    }
}
