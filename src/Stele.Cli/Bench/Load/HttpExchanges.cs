using System.Buffers.Text;

namespace Stele.Cli.Bench.Load;

/// <summary>The same request again and again.</summary>
internal sealed class SameRequest(byte[] request) : IExchange
{
    public ReadOnlyMemory<byte> Next() => request;

    public ReplyFrame Read(ReadOnlySpan<byte> received) => HttpText.Frame(received);
}

/// <summary>A request about a transaction, drawn anew each time from many.</summary>
/// <param name="template">The request's text, in which the id stands between what is before and behind it.</param>
/// <param name="ids">The transactions.</param>
/// <param name="seed">Where the drawing begins: another number for each connection.</param>
internal sealed class DrawnIdRequest(IdTemplate template, IReadOnlyList<TransactionId> ids, int seed) : IExchange
{
    private readonly byte[] _request = new byte[template.LengthMax];
    private DrawnNumbers _numbers = new(seed);

    public ReadOnlyMemory<byte> Next() => _request.AsMemory(0, template.Write(_request, ids[_numbers.Below(ids.Count)]));

    public ReplyFrame Read(ReadOnlySpan<byte> received) => HttpText.Frame(received);
}

/// <summary>Two kinds of requests, the first of them in so many of a hundred cases.</summary>
internal sealed class MixedRequest(IExchange often, IExchange seldom, int percentOften, int seed) : IExchange
{
    private DrawnNumbers _numbers = new(seed);

    public ReadOnlyMemory<byte> Next() => _numbers.Below(100) < percentOften ? often.Next() : seldom.Next();

    public ReplyFrame Read(ReadOnlySpan<byte> received) => HttpText.Frame(received);
}

/// <summary>A GET request with one place for a transaction id, or two: the second one so many sequence numbers further.</summary>
internal sealed class IdTemplate(string target, int further = 0)
{
    public const string Id = "{id}";
    public const string FurtherId = "{further}";
    private const int IdLengthMax = 40;
    private readonly byte[][] _parts = [.. HttpParts(target)];

    public int LengthMax => _parts.Sum(part => part.Length) + 2 * IdLengthMax;

    public int Write(Span<byte> buffer, TransactionId id)
    {
        var at = 0;
        for (var part = 0; part < _parts.Length; part++)
        {
            if (part > 0)
            {
                Utf8Formatter.TryFormat(id.View.Value, buffer[at..], out var written);
                at += written;
                buffer[at++] = (byte)'.';
                Utf8Formatter.TryFormat(id.SeqNo.Value + (part == 2 ? further : 0), buffer[at..], out written);
                at += written;
            }
            _parts[part].CopyTo(buffer[at..]);
            at += _parts[part].Length;
        }
        return at;
    }

    private static IEnumerable<byte[]> HttpParts(string target) =>
        System.Text.Encoding.ASCII.GetString(HttpText.Get(target))
            .Split([Id, FurtherId], StringSplitOptions.None)
            .Select(System.Text.Encoding.ASCII.GetBytes);
}

/// <summary>Numbers that look random and cost nothing (xorshift, Marsaglia 2003); nothing secret hangs on them.</summary>
internal struct DrawnNumbers(int seed)
{
    private ulong _state = (0x9E3779B97F4A7C15 * (ulong)(seed + 1)) | 1;

    public int Below(int limit)
    {
        _state ^= _state << 13;
        _state ^= _state >> 7;
        _state ^= _state << 17;
        return (int)((_state >> 32) * (ulong)limit >> 32);
    }
}
