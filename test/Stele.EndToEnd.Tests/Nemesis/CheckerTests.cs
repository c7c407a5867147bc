using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Stele.Cryptography;
using Stele.Nemesis.Checks;
using Stele.Nemesis.History;

namespace Stele.EndToEnd.Tests.Nemesis;

/// <summary>A history in which all is well passes; each thing that must never happen is found, and by its own rule.</summary>
public sealed class CheckerTests : IDisposable
{
    private readonly X509Certificate2 _service;

    public CheckerTests()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = DateTimeOffset.UtcNow;
        _service = new CertificateRequest("CN=service", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }

    public void Dispose() => _service.Dispose();

    [Fact]
    public void A_history_in_which_all_is_well_passes() => Assert.Empty(Check(Good()));

    [Fact]
    public void An_acknowledged_entry_that_is_lost() =>
        Finds("what was acknowledged stays", [.. Good(), Append(9, "z", Id(2, 9))]);

    [Fact]
    public void An_acknowledged_entry_that_one_node_has_otherwise()
    {
        var (one, other) = (Ledger("one"), Ledger("other"));
        other = Ledger("other", [.. other.Items.Select(item => item.Contents == "b" ? item with { Contents = "x" } : item)]);
        Finds("what was acknowledged stays", Good(), one, other);
        Finds("all nodes have one ledger", Good(), one, other);
        Finds("one id, one contents", Good(), one, other);
    }

    [Fact]
    public void An_entry_that_was_seen_committed_and_is_lost() =>
        Finds("what was acknowledged stays", [.. Good(), Status(9, Id(2, 9), isCommitted: true)]);

    [Fact]
    public void A_refused_append_that_was_written() =>
        Finds("what was refused is nowhere", [.. Without("c"), Append(3, "c", null) with { Outcome = Outcome.Refused }]);

    [Fact]
    public void An_append_that_was_written_twice() =>
        Finds("what was sent is written once", Good(), Ledger("one", [.. Ledger("one").Items, Item(2, 5, "a")]));

    [Fact]
    public void An_entry_that_nobody_sent() =>
        Finds("what was sent is written once", Good(), Ledger("one", [.. Ledger("one").Items, Item(2, 5, "q")]));

    [Fact]
    public void An_invalid_id_that_was_written()
    {
        Finds("what is invalid is nowhere", [.. Good(), Invalid(9, Id(2, 4))]);
        Finds("written and invalid exclude each other", [.. Good(), Invalid(9, Id(2, 3))]);
    }

    [Fact]
    public void A_seqno_that_is_missing() =>
        Finds("seqnos have no gap", Good(), Ledger("one", [.. Ledger("one").Items, Item(2, 6, null)]));

    [Fact]
    public void Two_contents_under_one_id() =>
        Finds("one id, one contents", [.. Good(), Read(9, Id(2, 3), "other")]);

    [Fact]
    public void An_entry_that_was_shown_and_is_lost() =>
        Finds("what was shown stays", [.. Good(), Current(9, "never")]);

    [Fact]
    public void Ids_against_time() =>
        Finds("ids follow time", [.. Without("a"), Append(8, "a", Id(2, 1))]);

    [Fact]
    public void A_write_behind_what_was_read_before_it() =>
        Finds(
            "writes follow what was read",
            [.. Without("c"), Status(4, Id(2, 1), true) with { Position = Id(2, 4) }, Append(8, "c", Id(2, 3))]);

    [Fact]
    public void A_list_with_a_gap() => Finds("lists are pieces of the collection", [.. Good(), List(9, null, "a", "c")]);

    [Fact]
    public void A_list_in_another_order() => Finds("lists are pieces of the collection", [.. Good(), List(9, null, "b", "a")]);

    [Fact]
    public void A_list_that_begins_too_late() => Finds("lists are pieces of the collection", [.. Good(), List(9, Id(2, 1), "b", "c")]);

    [Fact]
    public void A_newest_entry_that_becomes_an_older_one() =>
        Finds("the newest entry never becomes an older one", [.. Good(), Current(9, "c"), Current(10, "b")]);

    [Fact]
    public void A_node_that_goes_back()
    {
        Call[] calls = [.. Good(), Current(9, "c") with { Position = Id(2, 4) }, Current(10, "c") with { Position = Id(2, 3) }];
        Finds("reads never go back", calls);
        calls[^1] = calls[^1] with { Life = 2 };
        Assert.Empty(Check(calls));
    }

    [Fact]
    public void A_decision_that_is_taken_back()
    {
        Finds("a decision stays", [.. Good(), Status(9, Id(2, 3), isCommitted: true), Status(10, Id(2, 3), isCommitted: false)]);
        Finds("a decision stays", [.. Good(), Invalid(9, Id(1, 9)), Invalid(10, Id(1, 9)) with { Outcome = Outcome.NotFound }]);
    }

    [Fact]
    public void An_answer_that_is_a_failure() =>
        Finds("no answer is a failure", [.. Good(), Current(9, "c") with { Outcome = Outcome.Failed, Detail = "500" }]);

    [Fact]
    public void A_receipt_that_is_none() =>
        Finds("every receipt verifies", [.. Good(), Status(9, Id(2, 3), true) with { Kind = CallKind.Receipt, Receipt = "{}" }]);

    private static TransactionId Id(long view, long seqno) => TransactionId.Of(view, seqno);

    private static Call Append(double time, string contents, TransactionId? id) => new()
    {
        Kind = CallKind.Append,
        Life = 1,
        Start = time,
        End = time + 0.5,
        Outcome = Outcome.Ok,
        Collection = "c0",
        Sent = contents,
        Position = id,
    };

    private static Call Look(double time, CallKind kind) =>
        new() { Kind = kind, Life = 1, Start = time, End = time + 0.5, Outcome = Outcome.Ok, Collection = "c0" };

    private static Call Status(double time, TransactionId id, bool isCommitted) =>
        Look(time, CallKind.Status) with { Asked = id, IsCommitted = isCommitted };

    private static Call Invalid(double time, TransactionId id) =>
        Look(time, CallKind.Status) with { Asked = id, Outcome = Outcome.Invalid };

    private static Call Read(double time, TransactionId id, string contents) =>
        Look(time, CallKind.Read) with { Asked = id, Entries = [new Shown(id, contents)] };

    private static Call Current(double time, string contents) =>
        Look(time, CallKind.Current) with { Entries = [new Shown(Id(2, 4), contents)] };

    private static Call List(double time, TransactionId? from, params string[] contents) => Look(time, CallKind.List) with
    {
        Asked = from,
        Entries = [.. contents.Select(text => new Shown(Ledger("").Items.Single(item => item.Contents == text).Id, text))],
    };

    // Of the last one, no answer came; it was written, and it might not have been.
    private static Call[] Good() =>
    [
        Append(1, "a", Id(2, 1)), Append(2, "b", Id(2, 2)), Append(3, "c", Id(2, 3)),
        Append(4, "d", null) with { Outcome = Outcome.Unknown }, Append(4, "e", null) with { Outcome = Outcome.Refused },
        Read(5, Id(2, 3), "c"), Current(5, "c"), List(5, null, "a", "b"), List(5, Id(2, 2), "b", "c"), Status(5, Id(2, 9), false),
        Status(6, Id(2, 2), true), Invalid(6, Id(1, 9)),
    ];

    private static IEnumerable<Call> Without(string contents) => Good().Where(call => call.Sent != contents);

    private static LedgerItem Item(long view, long seqno, string? contents) => new(
        Id(view, seqno), Digest.Of(Encoding.ASCII.GetBytes($"{view}.{seqno} {contents}")), contents is null ? null : "c0", contents);

    private static NodeLedger Ledger(string name, params LedgerItem[] items)
    {
        if (items.Length == 0)
            items = [Item(2, 1, "a"), Item(2, 2, "b"), Item(2, 3, "c"), Item(2, 4, null)];
        return new NodeLedger(name, items, items.Length);
    }

    private IReadOnlyList<Violation> Check(IReadOnlyList<Call> calls, params NodeLedger[] ledgers) =>
        Checker.Check(new Evidence(calls, ledgers.Length == 0 ? [Ledger("one"), Ledger("other")] : ledgers, _service));

    private void Finds(string rule, IReadOnlyList<Call> calls, params NodeLedger[] ledgers) =>
        Assert.Contains(rule, Check(calls, ledgers).Select(violation => violation.Rule));
}
