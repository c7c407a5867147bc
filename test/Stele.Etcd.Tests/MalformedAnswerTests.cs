using System.Text;
using System.Text.Json;
using Stele.Etcd.Calls;
using Stele.Etcd.Watching;
using Stele.Etcd.Wire;

namespace Stele.Etcd.Tests;

/// <summary>Whatever bytes come as an answer, reading them ends with a result or a <see cref="FormatException"/>.</summary>
public sealed class MalformedAnswerTests
{
    private static readonly EtcdTransaction Transaction = new()
    {
        Then =
        [
            new EtcdOperation.Put("k"u8.ToArray(), default),
            new EtcdOperation.Range(new(KeyRange.One("k"u8.ToArray()))),
            new EtcdOperation.Delete(KeyRange.One("k"u8.ToArray())),
        ],
    };

    /// <summary>Good answers, and how each is read.</summary>
    private static readonly (string Json, Action<ReadOnlyMemory<byte>> Read)[] Answers =
    [
        ("""
         {"header":{"revision":"7"},"succeeded":true,"responses":[{"response_put":{"header":{"revision":"7"}}},{"response_range":
         {"header":{"revision":"7"},"kvs":[{"key":"AAE=","create_revision":"2","mod_revision":"3","version":"1","value":"Zm9v",
         "lease":"5"}],"more":true,"count":"9"}},{"response_delete_range":{"header":{"revision":"7"},"deleted":"2"}}]}
         """,
            As(json => Wire.Answers.Transaction(json, Transaction))),
        ("""{"header":{"revision":"7","member_id":"18446744073709551615"},"version":"3.5.16","dbSize":"5","errors":["a","b"]}""",
            As(MaintenanceAnswers.Status)),
        ("""{"header":{"revision":"7"},"alarms":[{"memberID":"8","alarm":"NOSPACE"}]}""", As(MaintenanceAnswers.Alarms)),
        ("""{"header":{},"members":[{"ID":"8","name":"a","peerURLs":["http://a"],"isLearner":true}]}""", As(MaintenanceAnswers.Members)),
        ("""{"result":{"header":{"revision":"7"},"ID":"6","TTL":"5"}}""", As(json => LeaseAnswers.Renewed(json, new(6)))),
        ("""{"header":{"revision":"7"},"ID":"6","TTL":"-1"}""", As(json => LeaseAnswers.Life(json, new(6)))),
        ("""{"header":{"revision":"7"},"ID":"6","TTL":"5"}""", As(LeaseAnswers.Granted)),
        ("""{"error":{"grpc_code":14,"http_code":503,"message":"etcdserver: no leader"}}""", As(ErrorAnswer.Read)),
        ("""
         {"result":{"header":{"revision":"7"},"events":[{"type":"DELETE","kv":{"key":"AAE=","mod_revision":"3"}},
         {"kv":{"key":"AAE=","mod_revision":"3","value":"AAE="}}],"fragment":true}}
         """,
            json => WatchMessage.Read(json)),
    ];

    /// <summary>Pieces that are more likely to hurt than random bytes.</summary>
    private static readonly string[] Pieces =
    [
        "{", "}", "[", "]", "\"", ":", ",", "null", "true", "-1", "1e999", "\"-9223372036854775809\"", "\"\\ud800\"", "\\ud800",
        "\\u0000", "\"a\":", "{}", "[[]]", "\"AA\"", "\u00ff", " ",
    ];

    [Fact]
    public void The_answers_as_they_are_can_be_read() =>
        Assert.All(Answers, answer => answer.Read(Encoding.UTF8.GetBytes(answer.Json)));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Any_change_of_them_is_read_or_is_a_format_error(int seed)
    {
        var random = new Random(seed);
        var errors = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var (json, read) = Answers[random.Next(Answers.Length)];
            var bytes = Encoding.UTF8.GetBytes(json).ToList();
            for (var changes = random.Next(1, 4); changes > 0; changes--)
                Change(bytes, random);
            try
            {
                read(bytes.ToArray());
            }
            catch (FormatException)
            {
                errors++;
            }
        }
        Assert.InRange(errors, 1_000, 19_999);
    }

    [Theory]
    [InlineData("""{"header":{"revision":"\ud800"}}""")]
    [InlineData("""{"header":{"\ud800":"1","\ud800":"1"}}""")]
    [InlineData("""{"\ud800":{},"header":{"revision":"1"},"deleted":"\udc00"}""")]
    public void Half_a_surrogate_pair_is_a_format_error(string json) =>
        Assert.Throws<FormatException>(() => JsonReading.Read(Encoding.UTF8.GetBytes(json), Wire.Answers.Delete));

    private static Action<ReadOnlyMemory<byte>> As<T>(Func<JsonElement, T> read) => json => JsonReading.Read(json, read);

    private static void Change(List<byte> bytes, Random random)
    {
        var at = random.Next(bytes.Count);
        switch (random.Next(4))
        {
            case 0:
                bytes[at] = (byte)random.Next(256);
                break;
            case 1:
                bytes.RemoveRange(at, random.Next(Math.Min(8, bytes.Count - at)));
                break;
            case 2:
                bytes.InsertRange(at, Encoding.Latin1.GetBytes(Pieces[random.Next(Pieces.Length)]));
                break;
            default:
                bytes.InsertRange(at, bytes.GetRange(at, random.Next(Math.Min(20, bytes.Count - at))));
                break;
        }
    }
}
