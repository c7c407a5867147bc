using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Stele.Cryptography;
using Stele.Cryptography.Sealing;
using Stele.Governance.Nodes;
using Stele.Governance.Recovery;
using Stele.Ledger.Audit;
using Stele.Ledger.Copying;
using Stele.Ledger.Entries;
using Stele.Ledger.Files;
using Stele.Ledger.Secrets;
using Stele.Receipts;
using Stele.Server.Application;
using Stele.Server.Attestation;
using Stele.Server.Home;
using Stele.Server.Recovering;
using Stele.Server.Sealing;
using Stele.Server.Tests.Support;

namespace Stele.Server.Tests.Recovering;

/// <summary>A ledger whose service is gone is opened by its members, and by nobody else.</summary>
public sealed class RecoveryTests : IAsyncLifetime
{
    private const string Api = "api-version=2022-05-13";

    private RecoveryScene _scene = null!;

    public async ValueTask InitializeAsync() => _scene = await RecoveryScene.FoundAsync();

    public async ValueTask DisposeAsync() => await _scene.DisposeAsync();

    [Fact]
    public async Task Two_disasters_and_everything_is_still_there()
    {
        var first = await _scene.Administrator.AppendAsync("before the rekey", "books");
        var oldReceipt = await ReceiptAsync(first);
        await _scene.DecideAsync(Governor.Action("trigger_ledger_rekey", new { }));
        var second = await _scene.Administrator.AppendAsync("behind the rekey", "books");
        await ReceiptAsync(second);
        var founder = _scene.Service;

        await _scene.RecoverAsync();
        Assert.Equal("Recovering", await _scene.StatusAsync());
        await AssertClosedAsync(first);
        await _scene.AcceptAsync();
        await _scene.OpenAsync();
        await AssertReadableAsync(first, "before the rekey", founder);
        await AssertReadableAsync(second, "behind the rekey", founder);
        Assert.True(ReceiptVerifier.Verify(oldReceipt, founder).IsVerified);
        var third = await _scene.Administrator.AppendAsync("behind the first disaster", "books");
        Assert.Equal(first.View.Value + 2, third.View.Value);
        await ReceiptAsync(third);
        var recovered = _scene.Service;

        await _scene.RecoverAsync();
        await _scene.AcceptAsync();
        await _scene.OpenAsync();
        await AssertReadableAsync(first, "before the rekey", founder);
        await AssertReadableAsync(second, "behind the rekey", founder);
        await AssertReadableAsync(third, "behind the first disaster", recovered);
        var list = (await _scene.Administrator.GetAsync($"/app/transactions?{Api}&collectionId=books")).AssertOk();
        Assert.Equal(3, list.Json.GetProperty("entries").GetArrayLength());

        var audit = Assert.IsType<AuditReport.Verified>(await AuditAsync());
        Assert.Equal(3, audit.Services.Count);
        Assert.Equal(2, EarlierServices.Read(
            _scene.Host.Ledger.Tables, seqno => LedgerEntry.Parse(_scene.Host.Ledger.EntryBytes(seqno)!).PublicWrites).Count);

        // The data directory is one like any other from here on.
        await _scene.StopAsync();
        await _scene.StartAsync();
        await AssertReadableAsync(first, "before the rekey", founder);
    }

    [Fact]
    public async Task One_share_too_few_opens_nothing()
    {
        var id = await _scene.Administrator.AppendAsync("a secret that is nobody's business");
        await ReceiptAsync(id);
        await _scene.RecoverAsync();
        (await _scene.SubmitAsync(0, _scene.ShareOf(0)))
            .AssertError(HttpStatusCode.Forbidden, "ServiceNotWaitingForRecoveryShares");
        await _scene.AcceptAsync();

        var answer = (await _scene.SubmitAsync(1, _scene.ShareOf(1))).AssertOk().Json;
        Assert.Equal("1/2 recovery shares successfully submitted", answer.GetProperty("message").GetString());
        answer = (await _scene.SubmitAsync(1, _scene.ShareOf(1))).AssertOk().Json;
        Assert.Equal(1, answer.GetProperty("submittedCount").GetInt32());
        (await _scene.SubmitAsync(0, _scene.ShareOf(1))).AssertError(HttpStatusCode.BadRequest, "InvalidInput", "Another member");
        (await _scene.SubmitAsync(0, _scene.ShareOf(0)[1..])).AssertError(HttpStatusCode.BadRequest, "InvalidInput", "44 bytes");
        await AssertClosedAsync(id);
        // There is nothing on the node that opens it.
        using var kept = await SecretsAsync();
        Assert.Null(kept.For(id.SeqNo));
        Assert.All(kept.All, secret => Assert.False(Opens(secret.Value, id)));
    }

    [Fact]
    public async Task Shares_that_do_not_fit_are_removed_and_a_later_attempt_succeeds()
    {
        var id = await _scene.Administrator.AppendAsync("kept");
        await ReceiptAsync(id);
        await _scene.RecoverAsync();
        await _scene.AcceptAsync();
        var wrong = _scene.ShareOf(2);
        wrong[8] ^= 1;
        (await _scene.SubmitAsync(0, _scene.ShareOf(0))).AssertOk();
        (await _scene.SubmitAsync(2, wrong)).AssertError(HttpStatusCode.InternalServerError, "InternalError", "removed");
        Assert.Equal(0, SubmittedShares.Count(_scene.Host.Ledger.Tables));

        // What was given is still there after a stop between two members.
        (await _scene.SubmitAsync(0, _scene.ShareOf(0))).AssertOk();
        await _scene.StopAsync();
        await _scene.StartAsync();
        (await _scene.SubmitAsync(1, _scene.ShareOf(1))).AssertOk();
        await _scene.WhenOpenAsync();
        (await _scene.Administrator.GetAsync($"/app/transactions/{id}?{Api}")).AssertOk();
    }

    [Fact]
    public async Task What_disturbs_it_for_a_while_does_not_end_it()
    {
        await _scene.DecideAsync(Governor.Action("trigger_ledger_chunk", new { }));
        var id = await _scene.Administrator.AppendAsync("kept");
        await ReceiptAsync(id);
        await _scene.RecoverAsync();
        await _scene.AcceptAsync();
        // A file that cannot be read at the moment; the link of the secrets stands in the one before.
        var file = Directory.GetFiles(Path.Combine(_scene.Home, "ledger"), "*.committed")
            .Single(path => ChunkName.TryParse(Path.GetFileName(path), out var name) && name.First <= id.SeqNo && name.Last >= id.SeqNo);
        File.Move(file, _scene.Place("aside"));
        File.CreateSymbolicLink(file, _scene.Place("nowhere"));
        (await _scene.SubmitAsync(0, _scene.ShareOf(0))).AssertOk();
        (await _scene.SubmitAsync(1, _scene.ShareOf(1))).AssertOk();
        // Time to fail; where it does not suffice, nothing was disturbed.
        await Task.Delay(2000, TestContext.Current.CancellationToken);
        // In one step: a file that is missing is no disturbance.
        File.Move(_scene.Place("aside"), file, overwrite: true);
        await _scene.WhenOpenAsync();
        (await _scene.Administrator.GetAsync($"/app/transactions/{id}?{Api}")).AssertOk();
    }

    [Fact]
    public async Task A_recovery_that_is_interrupted_at_any_step_goes_on()
    {
        var id = await _scene.Administrator.AppendAsync("kept", "books");
        await ReceiptAsync(id);
        var founder = _scene.Service;
        var left = await _scene.LoseAsync();
        var options = _scene.RecoveryOptions(left);
        var incoming = new IncomingLedger(Path.Combine(_scene.Home, "incoming"));

        // While files are copied; when all are copied, and only the note of it is missing.
        Directory.CreateDirectory(incoming.Location);
        RecoveryMark.Begin(_scene.Home);
        await File.WriteAllTextAsync(incoming.PartOf("ledger_1"), "half", TestContext.Current.CancellationToken);
        Assert.Throws<LedgerHomeException>(() => LedgerHome.OpenOrCreate(_scene.Home, [], TimeProvider.System));
        Assert.NotNull(await DisasterRecovery.PrepareAsync(options, TestContext.Current.CancellationToken));
        RecoveryMark.Begin(_scene.Home);
        Assert.Null(await DisasterRecovery.PrepareAsync(options, TestContext.Current.CancellationToken));

        // When the keys are made; when the files are in their place; when the members' shares are there, and not used yet.
        string service;
        using (var home = LedgerHome.OpenOrCreate(_scene.Home, [], TimeProvider.System))
        {
            service = home.ServiceKey.KeyId;
            incoming.Adopt(home.LedgerDirectory, home.SnapshotDirectory, home.HeadFile);
        }
        await _scene.StartAsync();
        Assert.Equal("Recovering", await _scene.StatusAsync());
        await _scene.AcceptAsync();
        (await _scene.SubmitAsync(0, _scene.ShareOf(0))).AssertOk();
        (await _scene.SubmitAsync(1, _scene.ShareOf(1))).AssertOk();
        await _scene.StopAsync();
        await _scene.StartAsync();
        await _scene.WhenOpenAsync();
        await AssertReadableAsync(id, "kept", founder);

        // One service, and not several, came of all that.
        Assert.Null(await DisasterRecovery.PrepareAsync(options, TestContext.Current.CancellationToken));
        var audit = Assert.IsType<AuditReport.Verified>(await AuditAsync());
        Assert.Equal(2, audit.Services.Count);
        using var present = X509Certificate2.CreateFromPem(audit.Services[1].Certificate);
        Assert.Equal(service, Digest.Of(present.PublicKey.ExportSubjectPublicKeyInfo()).ToHex());
    }

    [Fact]
    public async Task Members_name_both_services_and_the_secret_stays_until_the_service_is_open()
    {
        await _scene.RecoverAsync();
        var next = _scene.Service.ExportCertificatePem();
        await FailsAsync(Governor.Action("transition_service_to_open", new { next_service_identity = next }), "naming both");
        await FailsAsync(
            Governor.Action("transition_service_to_open", new { next_service_identity = next, previous_service_identity = next }),
            "not that of the service");
        await FailsAsync(Governor.Action("trigger_ledger_rekey", new { }), "being recovered");
        await FailsAsync(Governor.Action("trigger_recovery_shares_refresh", new { }), "being recovered");
        await _scene.AcceptAsync();
    }

    [Fact]
    public async Task What_stands_behind_the_last_signature_is_cut_off_and_damage_is_refused()
    {
        var id = await _scene.Administrator.AppendAsync("kept");
        await ReceiptAsync(id);
        await _scene.StopAsync();
        var left = Path.Combine(_scene.Home, "ledger");
        var open = Directory.GetFiles(left).Single(file => !file.EndsWith(".committed", StringComparison.Ordinal));
        var bytes = await File.ReadAllBytesAsync(open, TestContext.Current.CancellationToken);
        await File.AppendAllBytesAsync(open, bytes.AsMemory(8, 30), TestContext.Current.CancellationToken);
        var report = await PrepareAsync(left, _scene.Place("torn"));
        Assert.Equal(0, report!.EntriesCut);
        Assert.Null(await PrepareAsync(left, _scene.Place("torn")));

        bytes[^200] ^= 1;
        await File.WriteAllBytesAsync(open, bytes, TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<LedgerCorruptException>(() => PrepareAsync(left, _scene.Place("damaged")));
        Assert.Throws<LedgerHomeException>(() => LedgerHome.OpenOrCreate(_scene.Place("damaged"), [], TimeProvider.System));
        await Assert.ThrowsAsync<LedgerHomeException>(() => PrepareAsync(left, _scene.Home));
        bytes[^200] ^= 1;
        await File.WriteAllBytesAsync(open, bytes, TestContext.Current.CancellationToken);
        await _scene.StartAsync();
    }

    [Fact]
    public async Task What_was_copied_before_is_not_gone_on_with_for_another_service()
    {
        var (service, left) = (_scene.Service, await _scene.LoseAsync());
        var options = _scene.RecoveryOptions(left);
        using var other = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(left, "identity_ca.pem"));
        await Refused();
        Assert.NotNull(await PrepareAsync(service));
        await Refused();
        Assert.Null(await PrepareAsync(service));
        // Where the copy is finished, and only the note of it is missing.
        RecoveryMark.Begin(_scene.Home, RecoveryMark.PreviousService(_scene.Home));
        await Refused();
        Assert.Null(await PrepareAsync(service));
        Assert.Equal(Digest.Of(service.RawData), RecoveryMark.PreviousService(_scene.Home));
        await _scene.StartAsync();

        Task<DisasterCopyReport?> PrepareAsync(X509Certificate2 previous) => DisasterRecovery.PrepareAsync(
            options with { PreviousServiceCertificate = previous }, TestContext.Current.CancellationToken);

        async Task Refused() => Assert.Contains(
            "another service's", (await Assert.ThrowsAsync<LedgerHomeException>(() => PrepareAsync(other))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_ledger_has_against_the_node_that_recovers_it_is_told_and_one_without_evidence_refused()
    {
        await DisasterRecovery.PrepareAsync(
            _scene.RecoveryOptions(await _scene.LoseAsync()), TestContext.Current.CancellationToken);
        var told = new List<string>();
        var none = await Assert.ThrowsAsync<EvidenceException>(
            () => OpenAsync(id => new NodeEvidence(id, NodeEvidence.SnpFormat, new byte[10])));
        Assert.Contains("no ledger is recovered", none.Message, StringComparison.Ordinal);
        await OpenAsync(id => NodeEvidence.Virtual(id) with
        {
            Raw = Encoding.UTF8.GetBytes(
                Encoding.UTF8.GetString(NodeEvidence.Virtual(id).Raw.Span).Replace("no enclave", "another", StringComparison.Ordinal)),
        });
        Assert.Contains("would not let this node in", Assert.Single(told), StringComparison.Ordinal);
        Assert.Contains("measurement-expected", told[0], StringComparison.Ordinal);
        await _scene.StartAsync();

        async Task OpenAsync(Func<string, NodeEvidence> evidence)
        {
            using var home = LedgerHome.OpenOrCreate(_scene.Home, [], TimeProvider.System);
            await using var ledger = await ConfidentialLedger.OpenAsync(
                home, evidence(home.NodeKey.KeyId), _scene.Options() with { Consortium = null },
                new LedgerNotices { Tells = told.Add }, TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    private static Task<DisasterCopyReport?> PrepareAsync(string from, string to) => DisasterRecovery.PrepareAsync(
        new DisasterRecoveryOptions { LedgerDirectory = from, DataDirectory = to }, TestContext.Current.CancellationToken);

    private async Task FailsAsync(string proposal, string why)
    {
        using var member = _scene.Member(0);
        using var other = _scene.Member(1);
        var id = (await member.ProposeAsync(proposal)).AssertOk().Json.GetProperty("proposalId").GetString()!;
        (await member.VoteAsync(id, inFavour: true)).AssertOk();
        var state = (await other.VoteAsync(id, inFavour: true)).AssertOk().Json;
        Assert.Equal("Failed", state.GetProperty("proposalState").GetString());
        Assert.Contains(why, state.GetProperty("failure").GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    private bool Opens(LedgerSecret secret, TransactionId id) =>
        LedgerEntry.Parse(_scene.Host.Ledger.EntryBytes(id.SeqNo)!).TryOpen(secret, out _);

    private async Task AssertClosedAsync(TransactionId id)
    {
        (await _scene.Administrator.GetAsync($"/app/transactions/{id}?{Api}"))
            .AssertError(HttpStatusCode.ServiceUnavailable, "FrontendNotOpen");
        (await _scene.Administrator.GetAsync($"/app/transactions/{id}/receipt?{Api}"))
            .AssertError(HttpStatusCode.ServiceUnavailable, "FrontendNotOpen");
    }

    private async Task AssertReadableAsync(TransactionId id, string contents, X509Certificate2 signedFor)
    {
        var entry = (await _scene.Administrator.GetAsync($"/app/transactions/{id}?{Api}&collectionId=books")).AssertOk().Json;
        Assert.Equal(contents, entry.GetProperty("entry").GetProperty("contents").GetString());
        var receipt = await ReceiptAsync(id);
        Assert.True(ReceiptVerifier.Verify(receipt, _scene.Service).IsVerified, ReceiptVerifier.Verify(receipt, _scene.Service).ToString());
        Assert.True(ReceiptVerifier.Verify(receipt, signedFor).IsVerified);
    }

    private async Task<Receipt> ReceiptAsync(TransactionId id)
    {
        var text = "";
        await RecoveryScene.WhenAsync(
            async () =>
            {
                var answer = (await _scene.Administrator.GetAsync($"/app/transactions/{id}/receipt?{Api}")).AssertOk();
                text = answer.Text;
                return answer.Json.GetProperty("state").GetString() == "Ready";
            },
            $"the receipt of {id} is ready");
        return ReceiptJson.Read(Encoding.UTF8.GetBytes(text)).Receipt;
    }

    private async Task<LedgerSecrets> SecretsAsync() => (await LedgerHome.ReadLedgerSecretsAsync(
        _scene.Home, new SealOptions(null, new PlatformOptions()), TimeProvider.System, TestContext.Current.CancellationToken))!;

    private async Task<AuditReport> AuditAsync()
    {
        using var secrets = await SecretsAsync();
        return await LedgerAuditor.AuditAsync(
            Path.Combine(_scene.Home, "ledger"), new AuditOptions { Secrets = secrets, IsBeingWritten = true },
            TestContext.Current.CancellationToken);
    }
}
