using Stele.Server.Attestation;
using Stele.Server.Home;
using Stele.Server.Sealing;

namespace Stele.Server.Tests.Sealing;

/// <summary>A node's secrets under a data key that Vault unwraps, and what is said where it does not.</summary>
public sealed class VaultTests : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("stele-vault-").FullName;
    private VaultImitation _vault = null!;

    private string Home => Path.Combine(_directory, "home");

    private string DataKey => Path.Combine(Home, "keys", SealedFiles.DataKey);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _vault = await VaultImitation.StartAsync(_directory);

    public async ValueTask DisposeAsync()
    {
        await _vault.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task A_home_opens_by_one_call_over_a_rotation_too_and_holds_the_data_key_in_no_form_but_vaults()
    {
        using (var home = await OpenAsync(Key() with { Namespace = "team-1" })) Assert.IsType<SealWay.Vault>(home.Seal.Way);
        Assert.Equal(("team-1", 1), (_vault.Namespace, _vault.Calls));
        Assert.StartsWith("vault:v1:", await File.ReadAllTextAsync(DataKey, Cancel), StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(DataKey));
        Assert.False(File.Exists(Path.Combine(Home, "keys", SealedFiles.KeyFile)));
        _vault.Rotate();
        (await OpenAsync(Key())).Dispose();
        Assert.Equal(2, _vault.Calls);

        // Re-sealing in the same way wraps a new data key under the newest version.
        await Resealing.RunAsync(Home, Options(Key()), Options(Key()), TimeProvider.System, Cancel);
        Assert.StartsWith("vault:v2:", await File.ReadAllTextAsync(DataKey, Cancel), StringComparison.Ordinal);
        _vault.LeastVersion = 2;
        (await OpenAsync(Key())).Dispose();
    }

    [Fact]
    public async Task Each_thing_that_keeps_vault_from_answering_is_said_without_the_token()
    {
        // Before there is anything: nothing is made then.
        await AssertRefusedAsync("policy must allow update on team/transit/encrypt/stele", Key() with { TokenFile = Token("hvs.wrong") });
        Assert.False(Directory.Exists(Home));
        (await OpenAsync(Key())).Dispose();

        await AssertRefusedAsync("policy must allow update on team/transit/decrypt/stele", Key() with { TokenFile = Token("hvs.wrong") });
        await AssertRefusedAsync("vault write -f team/transit/keys/other", Key() with { Name = "other" });
        await AssertRefusedAsync("--seal-ca", Key() with { AuthorityFile = null });
        await AssertRefusedAsync("cannot be reached", Key() with { Address = new Uri($"https://127.0.0.1:{FreePorts.Take(1)[0]}") });
        await AssertRefusedAsync("is not there", Key() with { TokenFile = Path.Combine(_directory, "none") });
        await AssertRefusedAsync("holds no token", Key() with { TokenFile = Token("two words") });
        await AssertRefusedAsync("holds no certificate", Key() with { AuthorityFile = Token("none") });
        _vault.IsSealed = true;
        await AssertRefusedAsync("vault operator unseal", Key());
        _vault.IsSealed = false;
        _vault.Rotate();
        _vault.LeastVersion = 2;
        await AssertRefusedAsync("min_decryption_version", Key());
        _vault.LeastVersion = 1;
        foreach (var nonsense in new[] { "", "[]", "{}", """{"data":5}""", """{"data":{"plaintext":"?"}}""", new string('{', 70_000) })
        {
            _vault.Nonsense = nonsense;
            await AssertRefusedAsync("no transit engine", Key());
        }
        _vault.Nonsense = """{"data":{"plaintext":"AAAA"}}""";
        await AssertRefusedAsync("not 32", Key());
        _vault.Nonsense = null;
        File.SetUnixFileMode(_vault.TokenFile, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        await AssertRefusedAsync("chmod 600", Key());
        File.SetUnixFileMode(_vault.TokenFile, UnixFileMode.UserRead);
        (await OpenAsync(Key())).Dispose();
        File.Delete(DataKey);
        await AssertRefusedAsync("restore it", Key());
    }

    private VaultKey Key() => ((SealWay.Vault)SealWay.TryParse(_vault.Way)!).Key with
    {
        TokenFile = _vault.TokenFile,
        AuthorityFile = _vault.AuthorityFile,
    };

    private string Token(string text)
    {
        var path = Path.Combine(_directory, "other-token");
        File.WriteAllText(path, text);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }

    private static SealOptions Options(VaultKey key) => new(new SealWay.Vault(key), new PlatformOptions());

    private Task<LedgerHome> OpenAsync(VaultKey key) =>
        LedgerHome.OpenOrCreateAsync(Home, [], Options(key), TimeProvider.System, Cancel);

    private async Task AssertRefusedAsync(string why, VaultKey key)
    {
        var refused = await Assert.ThrowsAsync<LedgerHomeException>(() => OpenAsync(key));
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
        for (Exception? one = refused; one is not null; one = one.InnerException)
            Assert.DoesNotContain("hvs.", one.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(_vault.Token, $"{key} {Options(key)}", StringComparison.Ordinal);
    }
}
