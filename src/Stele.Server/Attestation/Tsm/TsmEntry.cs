using System.Globalization;
using System.Text;

namespace Stele.Server.Attestation.Tsm;

/// <summary>One report of configfs-tsm: a directory whose files are the kernel's attributes.</summary>
/// <remarks>
/// Attributes are no files: their size is not known before they are read, each opening is one call into the kernel, and what
/// was wrong with a written blob shows only in what is read afterwards.
/// </remarks>
internal sealed class TsmEntry(string directory)
{
    private const int TextBytesMax = 4096;

    /// <summary>Whether the platform has an attribute.</summary>
    public bool Has(string attribute) => File.Exists(At(attribute));

    /// <summary>Reads an attribute's bytes.</summary>
    /// <param name="attribute">Its name.</param>
    /// <param name="bytesMax">More than so many bytes are refused.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="EvidenceException">There are more bytes.</exception>
    public async Task<byte[]> ReadAsync(string attribute, int bytesMax, CancellationToken cancel)
    {
        await using var file = Open(attribute, FileAccess.Read);
        var buffer = new byte[bytesMax + 1];
        var length = 0;
        while (length < buffer.Length)
        {
            var read = await file.ReadAsync(buffer.AsMemory(length), cancel);
            if (read == 0) return buffer[..length];
            length += read;
        }
        throw new EvidenceException($"{At(attribute)} has more than {bytesMax} bytes.");
    }

    /// <summary>Reads an attribute that is text.</summary>
    public async Task<string> ReadTextAsync(string attribute, CancellationToken cancel) =>
        Encoding.ASCII.GetString(await ReadAsync(attribute, TextBytesMax, cancel)).Trim();

    /// <summary>Reads an attribute that is a number.</summary>
    /// <exception cref="EvidenceException">It is none.</exception>
    public async Task<ulong> ReadNumberAsync(string attribute, CancellationToken cancel)
    {
        var text = await ReadTextAsync(attribute, cancel);
        return ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new EvidenceException($"{At(attribute)} is not a number.");
    }

    /// <summary>Writes an attribute, in one call.</summary>
    public async Task WriteAsync(string attribute, ReadOnlyMemory<byte> value, CancellationToken cancel)
    {
        await using var file = Open(attribute, FileAccess.Write);
        await file.WriteAsync(value, cancel);
    }

    // Without a buffer: what is read and written is what the kernel is asked, and in that order.
    private FileStream Open(string attribute, FileAccess access) =>
        new(At(attribute), FileMode.Open, access, FileShare.ReadWrite, bufferSize: 0);

    private string At(string attribute) => Path.Combine(directory, attribute);
}
