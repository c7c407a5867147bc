using System.Buffers.Binary;
using Stele.Cryptography.Sealing;

namespace Stele.Ledger.Secrets;

/// <summary>
/// Ledger secrets as bytes, for keeping them: 40 each, the first seqno that it seals (u64, little-endian) and the secret. One
/// that seals all of a ledger may also stand alone, in 32.
/// </summary>
public static class LedgerSecretsFormat
{
    private const int RowSize = sizeof(long) + LedgerSecret.Size;

    /// <summary>The secrets as bytes. The caller zeroes them.</summary>
    public static byte[] Write(LedgerSecrets secrets)
    {
        var bytes = GC.AllocateArray<byte>(secrets.All.Count * RowSize, pinned: true);
        for (var i = 0; i < secrets.All.Count; i++)
        {
            var row = bytes.AsSpan(i * RowSize, RowSize);
            BinaryPrimitives.WriteInt64LittleEndian(row, secrets.All[i].Key.Value);
            secrets.All[i].Value.CopyTo(row[sizeof(long)..]);
        }
        return bytes;
    }

    /// <summary>Reads secrets.</summary>
    /// <exception cref="FormatException">The bytes are none.</exception>
    public static LedgerSecrets Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length == LedgerSecret.Size) return new LedgerSecrets(new LedgerSecret(bytes));
        if (bytes.IsEmpty || bytes.Length % RowSize != 0)
            throw new FormatException($"Ledger secrets have {RowSize} bytes each, one alone {LedgerSecret.Size}; here are {bytes.Length}.");
        var secrets = new Dictionary<SeqNo, LedgerSecret>();
        try
        {
            for (; !bytes.IsEmpty; bytes = bytes[RowSize..])
            {
                var from = BinaryPrimitives.ReadInt64LittleEndian(bytes);
                if (from < SeqNo.First.Value || secrets.ContainsKey(new SeqNo(from)))
                    throw new FormatException($"No ledger secret, or two, can seal a ledger from seqno {from} on.");
                secrets.Add(new SeqNo(from), new LedgerSecret(bytes[sizeof(long)..RowSize]));
            }
            return new LedgerSecrets(secrets);
        }
        catch
        {
            foreach (var secret in secrets.Values) secret.Dispose();
            throw;
        }
    }
}
