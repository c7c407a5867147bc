using System.Net;
using Stele.Ledger.Audit;
using Stele.Ledger.Files;
using Stele.Ledger.Signatures;
using Stele.Server.Home;

namespace Stele.Server.Tests.Network;

/// <summary>A ledger that tells of nodes Pending, Trusted and Retired: who signs it, and that it can be audited.</summary>
public sealed class RetirementTests(NetworkFixture network) : IClassFixture<NetworkFixture>
{
    private static CancellationToken Cancel => NetworkFixture.Cancel;

    [Fact]
    public async Task A_ledger_with_nodes_pending_trusted_and_retired_passes_the_audit_and_a_retired_primary_signs_no_more()
    {
        await network.JoinAsync(2, NetworkFixture.FreeAddress(), trusts: false);
        var retired = await network.JoinAsync(3, NetworkFixture.FreeAddress(), trusts: true);
        (await network.AtPrimary.SendAsync("PATCH", NetworkFixture.PathOf(retired), """{"status":"Retired"}""")).AssertOk();
        await network.AtPrimary.AppendAsync("before");

        var primary = await IdAsync();
        var answer = (await network.AtBackup.SendAsync("PATCH", NetworkFixture.PathOf(primary), """{"status":"Retired"}""")).AssertOk();
        await network.AnotherPrimaryAsync();
        var last = await AppendAsync("behind");
        Assert.True(last.SeqNo > answer.Id.SeqNo);

        Assert.Equal(["Pending", "Retired", "Retired", "Trusted"], await StatusesAsync());
        using var home = LedgerHome.OpenOrCreate(network.DataOf(1), [], TimeProvider.System);
        var report = await LedgerAuditor.AuditAsync(home.LedgerDirectory, new AuditOptions
        {
            Secrets = home.LedgerSecrets.Known,
            Head = LedgerHead.Read(home.HeadFile),
            IsBeingWritten = true,
        }, Cancel);
        Assert.IsType<AuditReport.Verified>(report);
        Assert.DoesNotContain(SignersFrom(home.LedgerDirectory, answer.Id.SeqNo), signer => signer == primary);
    }

    private async Task<string> IdAsync() =>
        (await network.AtPrimary.GetAsync("/node/state")).AssertOk().Json.GetProperty("node_id").GetString()!;

    private async Task<IReadOnlyList<string?>> StatusesAsync() =>
        [.. (await network.AtPrimary.GetAsync("/node/network/nodes")).AssertOk().Json.GetProperty("nodes").EnumerateArray()
            .Select(node => node.GetProperty("status").GetString()).Order()];

    // The new primary may not be one yet for whoever asks.
    private async Task<TransactionId> AppendAsync(string contents)
    {
        while (true)
        {
            var reply = await network.AtPrimary.SendAsync(
                "POST", "/app/transactions?api-version=2022-05-13", $$"""{"contents":"{{contents}}"}""");
            if (reply.Status == HttpStatusCode.OK) return reply.Id;
            Assert.Equal(HttpStatusCode.ServiceUnavailable, reply.Status);
            await Task.Delay(50, Cancel);
        }
    }

    private static List<string> SignersFrom(string directory, SeqNo first)
    {
        var signers = new List<string>();
        foreach (var chunk in LedgerDirectory.Chunks(directory))
        {
            using var reader = ChunkReader.Open(chunk);
            for (var seqno = chunk.Name.First; reader.TryReadNext(out _, out var bytes); seqno = seqno.Next)
            {
                var entry = Stele.Ledger.Entries.LedgerEntry.Parse(bytes);
                if (seqno >= first && SignatureRecord.TryRead(entry, out var signature) && signature.Node is { } node)
                    signers.Add(node.NodeId);
            }
        }
        Assert.NotEmpty(signers);
        return signers;
    }
}
