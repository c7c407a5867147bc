using System.Text;
using Stele.Server.Sealing;

namespace Stele.Server.Tests.Sealing;

/// <summary>What a sealed file is, and that nothing but the right seal opens it, whole and under its name.</summary>
public sealed class KeySealTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(1, 32).Select(number => (byte)number)];
    private static readonly byte[] Secret = "-----BEGIN PRIVATE KEY-----"u8.ToArray();

    [Fact]
    public void What_was_sealed_opens_and_says_in_its_first_line_what_opens_it()
    {
        using var seal = new KeySeal(new SealWay.KeyFile(), Key);
        var file = seal.Seal("node.pem", Secret);
        Assert.Equal(Secret, seal.Open("node.pem", file));
        Assert.Matches("^stele-sealed 1 key-file [0-9a-f]{16}\n", Encoding.Latin1.GetString(file));
        Assert.Equal(-1, file.AsSpan().IndexOf(Secret));
        Assert.NotEqual(file, seal.Seal("node.pem", Secret));
        Assert.True(SealedHeader.IsThere(file));
        Assert.False(SealedHeader.IsThere(Secret));
    }

    [Fact]
    public void Every_altered_byte_every_missing_one_and_another_name_are_refused()
    {
        using var seal = new KeySeal(new SealWay.KeyFile(), Key);
        var file = seal.Seal("node.pem", Secret);
        for (var at = 0; at < file.Length; at++)
        {
            var altered = file.ToArray();
            altered[at] ^= 1;
            Assert.Throws<FormatException>(() => seal.Open("node.pem", altered));
            Assert.Throws<FormatException>(() => seal.Open("node.pem", file.AsSpan(0, at)));
        }
        Assert.Throws<FormatException>(() => seal.Open("service.pem", file));
        Assert.Throws<FormatException>(() => seal.Open("node.pem", [.. file, 0]));
        Assert.Throws<FormatException>(() => seal.Open("node.pem", new byte[2 << 20]));
        Assert.Throws<FormatException>(() => seal.Open("node.pem", [.. file[..40], .. new byte[2 << 20]]));
    }

    [Fact]
    public void Another_way_and_another_key_are_told_apart_from_damage()
    {
        using var seal = new KeySeal(new SealWay.KeyFile(), Key);
        using var otherWay = new KeySeal(new SealWay.Platform(), Key);
        using var otherKey = new KeySeal(new SealWay.KeyFile(), Secret.AsSpan()[..27].ToArray().Concat(new byte[5]).ToArray());
        var file = seal.Seal("node.pem", Secret);
        Assert.Contains("--seal key-file", Assert.Throws<FormatException>(() => otherWay.Open("node.pem", file)).Message);
        Assert.Contains("another key file", Assert.Throws<FormatException>(() => otherKey.Open("node.pem", file)).Message);
        var damaged = file.ToArray();
        damaged[^1] ^= 1;
        Assert.Contains("altered", Assert.Throws<FormatException>(() => seal.Open("node.pem", damaged)).Message);
    }

    [Theory]
    [InlineData("platform", "platform")]
    [InlineData("key-file", "key-file")]
    [InlineData("key-file:/etc/stele/seal-key", "key-file")]
    [InlineData("vault:https://vault:8200/transit/keys/stele", "vault")]
    [InlineData("vault:https://vault/a/b/keys/s-1.x", "vault")]
    [InlineData("vault:http://127.0.0.1:8200/transit/keys/stele", "vault")]
    [InlineData("vault:http://vault:8200/transit/keys/stele", null)]
    [InlineData("vault:https://me:secret@vault:8200/transit/keys/stele", null)]
    [InlineData("vault:https://vault:8200/transit/keys/stele?x=1", null)]
    [InlineData("vault:https://vault:8200/transit/stele", null)]
    [InlineData("vault:", null)]
    [InlineData("key-file:", null)]
    [InlineData("Platform", null)]
    [InlineData("", null)]
    public void A_way_is_said_in_one_of_four_forms(string text, string? name) => Assert.Equal(name, SealWay.TryParse(text)?.Name);
}
