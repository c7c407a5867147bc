using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Stele.Server.Api;

namespace Stele.Server.Hosting.Wire;

/// <summary>
/// A connection's input, in which Kestrel finds no request whose head has not been read and found good. A head that is
/// bad, or does not come whole in time, is answered here, and the connection ends; Kestrel never sees it.
/// </summary>
/// <remarks>
/// Kestrel asks for a request only when the one before it is answered: so nothing else writes to the output while a
/// head is read here. Bytes are not copied; only where the next head begins is kept.
/// </remarks>
/// <param name="input">What comes from TLS.</param>
/// <param name="output">Where refusals go.</param>
/// <param name="time">The clock that slow clients are judged by.</param>
internal sealed class StrictReader(PipeReader input, PipeWriter output, TimeProvider time) : PipeReader
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private ReadOnlySequence<byte> _buffer;
    private BodyFraming? _body;
    private long _inspected;
    private bool _hasEnded;
    private RefusedException? _fault;
    private volatile bool _isLate;

    /// <inheritdoc/>
    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (_fault is not null) throw _fault;
        if (_hasEnded) return End();
        var result = await input.ReadAsync(cancellationToken);
        if (IsAtHead) return await ReadHeadAsync(result, cancellationToken);
        return Follow(result);
    }

    /// <inheritdoc/>
    public override bool TryRead(out ReadResult result)
    {
        if (_fault is not null) throw _fault;
        if (_hasEnded)
        {
            result = End();
            return true;
        }

        // Only bodies are read like this; a head waits for the next asynchronous read.
        result = default;
        if (IsAtHead || !input.TryRead(out result)) return false;
        result = Follow(result);
        return true;
    }

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (_hasEnded || _fault is not null) return;
        _inspected -= _buffer.Slice(0, consumed).Length;
        if (_inspected <= 0 && _body is { IsEnded: true }) _body = null;
        input.AdvanceTo(consumed, examined);
    }

    /// <inheritdoc/>
    public override void CancelPendingRead() => input.CancelPendingRead();

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null) => input.Complete(exception);

    /// <summary>Whether what comes next is the head of a request.</summary>
    private bool IsAtHead => _body is null;

    private async ValueTask<ReadResult> ReadHeadAsync(ReadResult result, CancellationToken cancel)
    {
        ITimer? patience = null;
        try
        {
            while (!(result.IsCanceled || (result.IsCompleted && result.Buffer.IsEmpty)))
            {
                switch (Read(result.Buffer))
                {
                    case HeadReading.Complete head:
                        _body = new BodyFraming(head.BodyBytes);
                        _inspected = head.Bytes;
                        return FaultIn(result) is { } error ? await RefuseAsync(result, error) : result;
                    case HeadReading.Refused refused:
                        return await RefuseAsync(result, refused.Error);
                }

                if (result.IsCompleted) return await RefuseAsync(result, Truncated("head"));
                patience ??= time.CreateTimer(_ => GiveUp(), null, Patience, Timeout.InfiniteTimeSpan);
                input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
                result = await input.ReadAsync(cancel);
            }

            if (_isLate) return await RefuseAsync(result, Late());
            return result.Buffer.IsEmpty ? Pass(result) : EndFrom(result);
        }
        finally
        {
            if (patience is not null) await patience.DisposeAsync();
        }
    }

    private static HeadReading Read(ReadOnlySequence<byte> buffer)
    {
        if (buffer.IsEmpty) return HeadReading.Incomplete;
        if (buffer.IsSingleSegment) return RequestHead.Read(buffer.FirstSpan);
        return RequestHead.Read(buffer.Slice(0, Math.Min(buffer.Length, RequestHead.BytesMax + 1)).ToArray());
    }

    // A body's fault reaches the endpoint as it reads, and is answered like any other.
    private ReadResult Follow(ReadResult result)
    {
        if (FaultIn(result) is not { } error) return result;
        input.AdvanceTo(result.Buffer.End);
        throw _fault = new RefusedException(error with { ClosesConnection = true });
    }

    private ApiError? FaultIn(ReadResult result)
    {
        _buffer = result.Buffer;
        _inspected += _body!.Follow(result.Buffer.Slice(Math.Min(_inspected, result.Buffer.Length)));
        if (_body.IsBroken) return Broken();
        return result.IsCompleted && !_body.IsEnded ? Truncated("body") : null;
    }

    private ReadResult Pass(ReadResult result)
    {
        _buffer = result.Buffer;
        return result;
    }

    private async ValueTask<ReadResult> RefuseAsync(ReadResult result, ApiError error)
    {
        await output.WriteAsync(RawAnswer.Of(error));
        return EndFrom(result);
    }

    private ReadResult EndFrom(ReadResult result)
    {
        input.AdvanceTo(result.Buffer.End);
        _hasEnded = true;
        return End();
    }

    private static ReadResult End() => new(ReadOnlySequence<byte>.Empty, isCanceled: false, isCompleted: true);

    private void GiveUp()
    {
        _isLate = true;
        input.CancelPendingRead();
    }

    private static ApiError Late() => new(
        StatusCodes.Status408RequestTimeout,
        ErrorCodes.RequestTimeout,
        $"The request's head did not come whole within {Patience.TotalSeconds} seconds; send it at once.");

    private static ApiError Broken() => new(
        StatusCodes.Status400BadRequest,
        ErrorCodes.InvalidInput,
        "The request's body is not in proper chunks: a size in hexadecimal digits, CR LF, so many bytes, CR LF.");

    private static ApiError Truncated(string part) => new(
        StatusCodes.Status400BadRequest,
        ErrorCodes.InvalidInput,
        $"This is not a whole HTTP request: the connection ended before its {part} did.");
}
