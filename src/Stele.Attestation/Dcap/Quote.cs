using Stele.Attestation.Formats;

namespace Stele.Attestation.Dcap;

/// <summary>A quote: what a processor says of an enclave or trust domain, signed by Intel's quoting enclave.</summary>
/// <param name="Header">How it is laid out, and by whom.</param>
/// <param name="Body">What it says.</param>
/// <param name="Signed">The bytes that are signed: all before the signature's length.</param>
/// <param name="Signature">The signature, and the chain of those who answer for it.</param>
/// <param name="Trailing">What follows the quote: some hosts give a buffer that the quote does not fill.</param>
internal sealed record Quote(
    QuoteHeader Header, IQuoteBody Body, ReadOnlyMemory<byte> Signed, QuoteSignature Signature, ReadOnlyMemory<byte> Trailing)
{
    /// <summary>The longest quote that is read, in bytes.</summary>
    public const int SizeMax = 1 << 16;

    private const ushort BodySgx = 1;
    private const ushort BodyTd10 = 2;
    private const ushort BodyTd15 = 3;

    /// <summary>Reads a quote.</summary>
    /// <exception cref="FormatException">It is none that is read, or is cut short.</exception>
    public static Quote Read(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length > SizeMax) throw new FormatException($"A quote of over {SizeMax} bytes.");
        var reader = new ByteReader(bytes.Span);
        var header = QuoteHeader.Read(ref reader);
        var body = header.Version == 5 ? ReadTyped(ref reader, header.IsTdx)
            : header.IsTdx ? TdReport.Read(ref reader, is15: false)
            : (IQuoteBody)SgxReport.Read(ref reader);
        var signed = bytes[..reader.Position];
        var signature = QuoteSignature.Read(reader.Take(reader.UInt32()), isNested: header.Version >= 4);
        return new Quote(header, body, signed, signature, bytes[reader.Position..]);
    }

    // Version 5 says what body follows and how long it is; both, and the header, must say the same.
    private static IQuoteBody ReadTyped(ref ByteReader reader, bool isTdx)
    {
        var (type, size) = (reader.UInt16(), reader.UInt32());
        return (type, size, isTdx) switch
        {
            (BodySgx, SgxReport.Size, false) => SgxReport.Read(ref reader),
            (BodyTd10, TdReport.Size, true) => TdReport.Read(ref reader, is15: false),
            (BodyTd15, TdReport.Size15, true) => TdReport.Read(ref reader, is15: true),
            _ => throw new FormatException($"A body of type {type} and {size} bytes."),
        };
    }
}
