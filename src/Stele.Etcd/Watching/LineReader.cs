using Stele.Etcd.Wire;

namespace Stele.Etcd.Watching;

/// <summary>Reads a stream line by line; none may be longer than a limit, in bytes.</summary>
internal sealed class LineReader(Stream stream, int limit) : IDisposable
{
    private readonly PooledBuffer _buffer = new(64 << 10);
    private int _taken;

    /// <summary>The next line without its end, good until the next call; null at the end of the stream.</summary>
    /// <exception cref="FormatException">The line is longer than the limit.</exception>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken cancellation)
    {
        _buffer.Drop(_taken);
        _taken = 0;
        for (var seen = 0; ;)
        {
            var end = _buffer.Written.Span[seen..].IndexOf((byte)'\n');
            if (end >= 0)
            {
                _taken = seen + end + 1;
                return _buffer.Written[..(seen + end)];
            }
            seen = _buffer.Length;
            if (seen > limit)
                throw new FormatException($"A message of the stream is longer than {limit} bytes.");
            var count = await stream.ReadAsync(_buffer.GetMemory(), cancellation);
            if (count == 0)
                return null;
            _buffer.Advance(count);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _buffer.Dispose();
}
