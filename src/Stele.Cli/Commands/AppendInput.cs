using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace Stele.Cli.Commands;

/// <summary>What is to be appended, from a file or from standard input. Entries are text: UTF-8, and nothing else.</summary>
internal static class AppendInput
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static async Task<string> ReadAllAsync(FileInfo? file, CancellationToken cancel)
    {
        await using var input = Open(file);
        using var bytes = new MemoryStream();
        await input.CopyToAsync(bytes, cancel);
        return Decode(new ReadOnlySequence<byte>(bytes.GetBuffer(), 0, (int)bytes.Length), "The input");
    }

    /// <summary>
    /// The lines, without their ends (LF or CR LF, and nothing else ends a line); an empty last line is none.
    /// </summary>
    public static async IAsyncEnumerable<InputLine> ReadLinesAsync(
        Stream input, bool mustBeJson, [EnumeratorCancellation] CancellationToken cancel)
    {
        var reader = PipeReader.Create(input, new StreamPipeReaderOptions(bufferSize: 1 << 16, leaveOpen: true));
        var (number, end) = (0L, 0L);
        for (var isLast = false; !isLast;)
        {
            // A read of a quiet terminal or pipe does not heed its token; who waits for it does.
            var read = await reader.ReadAsync(cancel).AsTask().WaitAsync(cancel);
            isLast = read.IsCompleted;
            var buffer = read.Buffer;
            while (TryTakeLine(ref buffer, isLast, out var line, out var taken))
            {
                end += taken;
                yield return new InputLine(++number, Text(line, number, mustBeJson), end);
            }
            reader.AdvanceTo(buffer.Start, buffer.End);
        }
        await reader.CompleteAsync();
    }

    public static Stream Open(FileInfo? file)
    {
        if (file is null && !Console.IsInputRedirected) Output.Terminal.Say("Reading standard input; Ctrl-D ends it.");
        try
        {
            return file?.OpenRead() ?? Console.OpenStandardInput();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException($"{file!.FullName} cannot be read: {fault.Message}", ExitCode.Failed);
        }
    }

    private static bool TryTakeLine(
        ref ReadOnlySequence<byte> buffer, bool isLast, out ReadOnlySequence<byte> line, out long taken)
    {
        var found = buffer.PositionOf((byte)'\n');
        line = found is { } position ? buffer.Slice(0, position) : buffer;
        taken = found is null ? buffer.Length : line.Length + 1;
        if (found is null && (!isLast || buffer.IsEmpty)) return false;
        buffer = buffer.Slice(taken);
        if (found is not null && EndsWithReturn(line)) line = line.Slice(0, line.Length - 1);
        return true;
    }

    private static bool EndsWithReturn(ReadOnlySequence<byte> line) =>
        !line.IsEmpty && line.Slice(line.Length - 1).FirstSpan[0] == (byte)'\r';

    private static string Text(ReadOnlySequence<byte> line, long number, bool mustBeJson)
    {
        var text = Decode(line, $"Line {number}");
        if (mustBeJson) CheckJson(line, number);
        return text;
    }

    private static void CheckJson(ReadOnlySequence<byte> line, long number)
    {
        try
        {
            using var _ = JsonDocument.Parse(line);
        }
        catch (JsonException fault)
        {
            throw new CommandFailedException(
                $"Line {number} is not JSON, from its byte {fault.BytePositionInLine} on; --lines takes any text.", ExitCode.Failed);
        }
    }

    private static string Decode(in ReadOnlySequence<byte> bytes, string what)
    {
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw new CommandFailedException(
                $"{what} is not UTF-8 text; encode binary contents first, as with base64.", ExitCode.Failed);
        }
    }
}
