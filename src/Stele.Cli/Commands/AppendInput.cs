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
        return Decode(bytes.GetBuffer().AsSpan(0, (int)bytes.Length), "The input");
    }

    /// <summary>The lines, without their ends (LF or CR LF); an empty last line is none.</summary>
    public static async IAsyncEnumerable<(long Number, string Line)> ReadLinesAsync(
        FileInfo? file, bool mustBeJson, [EnumeratorCancellation] CancellationToken cancel)
    {
        await using var input = Open(file);
        using var reader = new StreamReader(input, Strict, detectEncodingFromByteOrderMarks: false);
        for (var number = 1L; await ReadLineAsync(reader, number, cancel) is { } line; number++)
        {
            if (mustBeJson) CheckJson(line, number);
            yield return (number, line);
        }
    }

    private static Stream Open(FileInfo? file)
    {
        try
        {
            return file?.OpenRead() ?? Console.OpenStandardInput();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException($"{file!.FullName} cannot be read: {fault.Message}", ExitCode.Failed);
        }
    }

    private static async Task<string?> ReadLineAsync(StreamReader reader, long number, CancellationToken cancel)
    {
        try
        {
            return await reader.ReadLineAsync(cancel);
        }
        catch (DecoderFallbackException)
        {
            throw NotText($"At or soon after line {number} the input");
        }
    }

    private static void CheckJson(string line, long number)
    {
        try
        {
            using var _ = JsonDocument.Parse(line);
        }
        catch (JsonException fault)
        {
            throw new CommandFailedException($"Line {number} is not JSON: {fault.Message}", ExitCode.Failed);
        }
    }

    private static string Decode(ReadOnlySpan<byte> bytes, string what)
    {
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw NotText(what);
        }
    }

    private static CommandFailedException NotText(string what) =>
        new($"{what} is not UTF-8 text; encode binary contents first, as with base64.", ExitCode.Failed);
}
