namespace Stele.Cli.Bench.Load;

/// <summary>What one connection says, and how it knows that it has been answered. Used by one connection alone.</summary>
internal interface IExchange
{
    /// <summary>The bytes of the next request; they stand until the one after it is asked for.</summary>
    ReadOnlyMemory<byte> Next();

    /// <summary>Looks whether a reply is whole.</summary>
    /// <param name="received">What has come so far, from the reply's first byte on.</param>
    ReplyFrame Read(ReadOnlySpan<byte> received);
}

/// <summary>A reply, as far as a load generator minds it.</summary>
/// <param name="Length">Its length in bytes; 0 while it is not whole.</param>
/// <param name="Ok">Whether it says that all went well.</param>
internal readonly record struct ReplyFrame(int Length, bool Ok)
{
    public static ReplyFrame Incomplete => default;
}
