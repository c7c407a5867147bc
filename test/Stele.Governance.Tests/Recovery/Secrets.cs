using Stele.Cryptography.Sealing;

namespace Stele.Governance.Tests.Recovery;

internal static class Secrets
{
    public static byte[] Bytes(LedgerSecret secret)
    {
        var bytes = new byte[LedgerSecret.Size];
        secret.CopyTo(bytes);
        return bytes;
    }
}
