using System.Buffers;

namespace Stele.Server.Hosting.Wire;

/// <summary>Follows a request's body just far enough to know where the next request begins.</summary>
internal sealed class BodyFraming
{
    /// <summary>The longest line between chunks in bytes: a size, its extensions, or a trailer.</summary>
    private const int LineBytesMax = 4096;

    private const int SizeDigitsMax = 15;

    private readonly bool _isChunked;
    private long _bytesLeft;
    private State _state;

    /// <summary>Begins behind a head.</summary>
    /// <param name="bodyBytes">The body's size; null where it comes in chunks.</param>
    public BodyFraming(long? bodyBytes)
    {
        _isChunked = bodyBytes is null;
        _bytesLeft = bodyBytes ?? 0;
        _state = _isChunked ? State.Size : _bytesLeft > 0 ? State.Data : State.Ended;
    }

    private enum State
    {
        Size,
        Data,
        DataEnd,
        Trailer,
        Ended,
        Broken,
    }

    /// <summary>Whether the body has been followed to its end.</summary>
    public bool IsEnded => _state == State.Ended;

    /// <summary>Whether the body is not framed as it must be.</summary>
    public bool IsBroken => _state == State.Broken;

    /// <summary>Goes on over what has come.</summary>
    /// <returns>How many bytes of it belong to the body and have been passed.</returns>
    public long Follow(ReadOnlySequence<byte> bytes)
    {
        var reader = new SequenceReader<byte>(bytes);
        while (_state is not (State.Ended or State.Broken) && !reader.End)
        {
            if (_state == State.Data) TakeData(ref reader);
            else if (!TryTakeLine(ref reader)) break;
        }

        return reader.Consumed;
    }

    private void TakeData(ref SequenceReader<byte> reader)
    {
        var taken = Math.Min(_bytesLeft, reader.Remaining);
        reader.Advance(taken);
        _bytesLeft -= taken;
        if (_bytesLeft == 0) _state = _isChunked ? State.DataEnd : State.Ended;
    }

    private bool TryTakeLine(ref SequenceReader<byte> reader)
    {
        if (!reader.TryReadTo(out ReadOnlySequence<byte> line, (byte)'\n'))
        {
            if (reader.Remaining > LineBytesMax) _state = State.Broken;
            return false;
        }

        var text = line.ToArray();
        _state = text is not [.. var content, (byte)'\r'] || text.Length > LineBytesMax ? State.Broken : After(content);
        return true;
    }

    private State After(ReadOnlySpan<byte> line) => _state switch
    {
        State.Size => AfterSize(line),
        State.DataEnd => line.IsEmpty ? State.Size : State.Broken,
        _ => line.IsEmpty ? State.Ended : State.Trailer,
    };

    private State AfterSize(ReadOnlySpan<byte> line)
    {
        var semicolon = line.IndexOf((byte)';');
        var digits = semicolon < 0 ? line : line[..semicolon];
        if (digits.IsEmpty || digits.Length > SizeDigitsMax) return State.Broken;
        _bytesLeft = 0;
        foreach (var digit in digits)
        {
            if (!char.IsAsciiHexDigit((char)digit)) return State.Broken;
            _bytesLeft = (_bytesLeft << 4) + Convert.ToInt32(((char)digit).ToString(), 16);
        }

        return _bytesLeft == 0 ? State.Trailer : State.Data;
    }
}
