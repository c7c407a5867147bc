using System.Text;

namespace Stele.Attestation.Tests;

/// <summary>Changes bytes at random, and in the same way each time it is asked from the same seed.</summary>
internal sealed class Mutation(ulong seed)
{
    private ulong _state = seed;

    /// <summary>
    /// Reads many changed copies of genuine bytes; expects that each is read or refused with the one documented exception.
    /// </summary>
    public static void Try(byte[] genuine, int rounds, Action<byte[]> read)
    {
        var mutation = new Mutation(seed: 20_261_121);
        read(genuine);
        for (var round = 0; round < rounds; round++)
        {
            var bytes = mutation.Of(genuine);
            try
            {
                read(bytes);
            }
            catch (FormatException)
            {
            }
            catch (Exception fault)
            {
                Assert.Fail($"round {round}: {fault}\n{Convert.ToBase64String(bytes)}\n{Encoding.Latin1.GetString(bytes)}");
            }
        }
    }

    /// <summary>A copy with one to three changes: bits, bytes that often matter, a part cut out, put in twice or left off.</summary>
    public byte[] Of(byte[] genuine)
    {
        var bytes = (byte[])genuine.Clone();
        for (var change = Below(3); change >= 0 && bytes.Length > 0; change--)
            bytes = Below(12) switch
            {
                0 => bytes[..Below(bytes.Length)],
                1 => [.. bytes, .. new byte[Below(64)]],
                2 => Splice(bytes),
                _ => Set(bytes),
            };
        return bytes;
    }

    private byte[] Set(byte[] bytes)
    {
        ReadOnlySpan<byte> odd = [0, 1, 0x7F, 0x80, 0xFF, (byte)'"', (byte)'{', (byte)'-', (byte)'9'];
        var at = Below(bytes.Length);
        bytes[at] = Below(2) == 0 ? odd[Below(odd.Length)] : (byte)(bytes[at] ^ (1 << Below(8)));
        return bytes;
    }

    private byte[] Splice(byte[] bytes)
    {
        var (from, to) = (Below(bytes.Length), Below(bytes.Length));
        return [.. bytes.AsSpan(0, from), .. bytes.AsSpan(to)];
    }

    // xorshift64*: a generator whose numbers are the same on every machine.
    private int Below(int bound)
    {
        _state ^= _state >> 12;
        _state ^= _state << 25;
        _state ^= _state >> 27;
        return (int)((_state * 0x2545F4914F6CDD1D >> 33) % (ulong)bound);
    }
}
