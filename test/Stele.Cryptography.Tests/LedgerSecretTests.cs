using Stele.Cryptography.Sealing;

namespace Stele.Cryptography.Tests;

/// <summary>Keys that are derived from the ledger secret.</summary>
public sealed class LedgerSecretTests
{
    [Fact]
    public void A_derived_key_belongs_to_its_secret_and_its_label_alone()
    {
        using var secret = new LedgerSecret(new byte[LedgerSecret.Size]);
        using var same = new LedgerSecret(new byte[LedgerSecret.Size]);
        using var other = LedgerSecret.Generate();
        var key = secret.DeriveKey("a label"u8);
        Assert.Equal(LedgerSecret.Size, key.Length);
        Assert.Equal(key, same.DeriveKey("a label"u8));
        Assert.NotEqual(key, secret.DeriveKey("another label"u8));
        Assert.NotEqual(key, other.DeriveKey("a label"u8));
    }
}
