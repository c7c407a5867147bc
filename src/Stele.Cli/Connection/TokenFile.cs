using System.Text;

namespace Stele.Cli.Connection;

/// <summary>A bearer token out of a file: command lines and environments are seen by others, and stay in histories.</summary>
internal static class TokenFile
{
    private const int BytesMax = 16 * 1024;

    /// <summary>The token, without the white space around it.</summary>
    /// <exception cref="CommandFailedException">There is none. What is in the file is not told.</exception>
    public static string Read(string path)
    {
        var token = Encoding.Latin1.GetString(Bytes(path)).Trim();
        return token.Length > 0 && token.All(IsOfToken)
            ? token
            : throw new CommandFailedException(
                $"{path} does not hold a bearer token: letters, digits, dots, dashes and underscores on one line.", ExitCode.Failed);
    }

    // RFC 6750, b64token.
    private static bool IsOfToken(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '~' or '+' or '/' or '=';

    private static ReadOnlySpan<byte> Bytes(string path)
    {
        var bytes = new byte[BytesMax + 1];
        try
        {
            // A pipe as well, which says no length.
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            var size = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return size <= BytesMax
                ? bytes.AsSpan(0, size)
                : throw new CommandFailedException($"{path} has over {BytesMax} bytes: it is no token.", ExitCode.Failed);
        }
        catch (IOException fault)
        {
            throw new CommandFailedException($"{path} cannot be read: {fault.Message}", ExitCode.Failed);
        }
        catch (UnauthorizedAccessException)
        {
            throw new CommandFailedException($"{path} cannot be read by this user.", ExitCode.Failed);
        }
    }
}
