using System.Buffers.Binary;
using System.Text;
using Stele.Cli.Bench.Load;

namespace Stele.Cli.Bench.Servers;

/// <summary>
/// One row inserted and committed for each request, through a prepared statement, in PostgreSQL's protocol 3.0: Bind,
/// Execute and Sync in one message, as its drivers send them.
/// </summary>
internal sealed class PostgresExchange(int rowBytes) : IExchange
{
    private readonly byte[] _request =
    [
        .. Message('B', [.. Text(""), .. Text("insert"), 0, 0, 0, 1, .. Int32(rowBytes), .. Contents(rowBytes), 0, 0]),
        .. Message('E', [.. Text(""), .. Int32(0)]),
        .. Message('S', []),
    ];

    public ReadOnlyMemory<byte> Next() => _request;

    public ReplyFrame Read(ReadOnlySpan<byte> received) => Frame(received);

    /// <summary>Asks for TLS, in clear.</summary>
    public static async Task BeforeTlsAsync(Stream stream, CancellationToken cancel)
    {
        await stream.WriteAsync((byte[])[.. Int32(8), .. Int32(80877103)], cancel);
        var answer = new byte[1];
        await stream.ReadExactlyAsync(answer, cancel);
        if (answer[0] != 'S') throw new IOException("PostgreSQL does not offer TLS.");
    }

    /// <summary>Logs in and prepares the statement.</summary>
    public static async Task LogInAsync(Stream stream, CancellationToken cancel)
    {
        byte[] parameters = [.. Int32(196608), .. Text("user"), .. Text("bench"), .. Text("database"), .. Text("postgres"), 0];
        await AskAsync(stream, [.. Int32(4 + parameters.Length), .. parameters], cancel);
        await AskAsync(stream, Message('Q', Text("create table if not exists entries(id bigserial primary key, contents text)")), cancel);
        byte[] statement = [.. Text("insert"), .. Text("insert into entries(contents) values ($1)"), 0, 0];
        await AskAsync(stream, [.. Message('P', statement), .. Message('S', [])], cancel);
    }

    private static async Task AskAsync(Stream stream, byte[] request, CancellationToken cancel)
    {
        await stream.WriteAsync(request, cancel);
        var buffer = new byte[16 * 1024];
        var filled = 0;
        ReplyFrame reply;
        while ((reply = Frame(buffer.AsSpan(0, filled))).Length == 0)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(filled), cancel);
            if (read == 0) throw new IOException("PostgreSQL closed the connection.");
            filled += read;
        }
        if (!reply.Ok) throw new IOException($"PostgreSQL refused: {Encoding.UTF8.GetString(buffer, 0, filled)}");
    }

    // A reply is all messages up to ReadyForQuery.
    private static ReplyFrame Frame(ReadOnlySpan<byte> received)
    {
        var ok = true;
        for (var at = 0; at + 5 <= received.Length;)
        {
            var type = received[at];
            at += 1 + BinaryPrimitives.ReadInt32BigEndian(received[(at + 1)..]);
            if (at > received.Length) break;
            ok &= type != 'E';
            if (type == 'Z') return new ReplyFrame(at, ok);
        }
        return ReplyFrame.Incomplete;
    }

    private static byte[] Message(char type, byte[] body) => [(byte)type, .. Int32(4 + body.Length), .. body];

    private static byte[] Contents(int bytes) => Encoding.ASCII.GetBytes(EntryText.Of(bytes));

    private static byte[] Text(string text) => [.. Encoding.UTF8.GetBytes(text), 0];

    private static byte[] Int32(int value)
    {
        var bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
