using System.Text;
using Stele.Ledger.Files;
using Stele.Server.Attestation;
using Stele.Server.Home;
using Stele.Server.Sealing;

namespace Stele.Server.Tests.Sealing;

/// <summary>The sealed files of a data directory: what is sealed, the way out of plain ones, and re-sealing cut short anywhere.</summary>
public sealed class SealedHomeTests : IDisposable
{
    private static readonly string[] Sealed =
        ["encryption.pem", "identity.pem", "identity_ca.pem", "ledger-secret", "node.pem", "service.pem"];

    private readonly string _directory = Directory.CreateTempSubdirectory("stele-sealing-").FullName;

    private string Home => Path.Combine(_directory, "home");

    private string Keys => Path.Combine(Home, "keys");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void All_that_is_the_nodes_is_sealed_and_the_keys_of_persons_are_not()
    {
        LedgerHome.OpenOrCreate(Home, [], TimeProvider.System).Dispose();
        FirstMember.OpenOrMake(Home, TimeProvider.System);
        FirstAdministrator.OpenOrMake(Home, TimeProvider.System).Dispose();
        Assert.Equal(Sealed, SealedNames());
        Assert.Contains("PRIVATE KEY", File.ReadAllText(Path.Combine(Keys, "member0.pem")), StringComparison.Ordinal);
        Assert.Contains("PRIVATE KEY", File.ReadAllText(Path.Combine(Home, "administrator.pem")), StringComparison.Ordinal);
        Assert.Equal(32, new FileInfo(Path.Combine(Keys, SealedFiles.KeyFile)).Length);
        Assert.All(Directory.GetFiles(Keys), path =>
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path)));
    }

    [Fact]
    public void Files_from_before_are_sealed_at_the_first_start_and_a_mixture_that_a_crash_left_too()
    {
        string id;
        using (var home = LedgerHome.OpenOrCreate(Home, [], TimeProvider.System)) id = home.NodeKey.KeyId;
        MakePlain(Sealed);
        File.Delete(Path.Combine(Keys, SealedFiles.KeyFile));
        Assert.Empty(SealedNames());
        using (var home = LedgerHome.OpenOrCreate(Home, [], TimeProvider.System))
        {
            Assert.Equal(id, home.NodeKey.KeyId);
            Assert.Equal(Sealed, home.NewlySealed.Order(StringComparer.Ordinal));
        }
        MakePlain(["node.pem", "ledger-secret"]);
        File.WriteAllText(Path.Combine(Keys, "service.pem" + Durable.UnfinishedSuffix), "half a key");
        using (var home = LedgerHome.OpenOrCreate(Home, [], TimeProvider.System))
        {
            Assert.Equal(id, home.NodeKey.KeyId);
            Assert.Equal(2, home.NewlySealed.Count);
        }
        Assert.Equal(Sealed, SealedNames());
        Assert.Empty(SealedFiles.Unfinished(Keys));
        using var again = LedgerHome.OpenOrCreate(Home, [], TimeProvider.System);
        Assert.Empty(again.NewlySealed);
    }

    [Fact]
    public async Task A_key_file_elsewhere_is_made_once_and_refused_where_it_is_missing_open_to_others_or_another()
    {
        var path = Path.Combine(_directory, "elsewhere", "seal-key");
        using (var home = await OpenAsync(path)) Assert.False(File.Exists(Path.Combine(Keys, SealedFiles.KeyFile)));
        await Assert.ThrowsAsync<LedgerHomeException>(() => OpenAsync(Path.Combine(_directory, "other")));
        Assert.False(File.Exists(Path.Combine(_directory, "other")));
        var key = await File.ReadAllBytesAsync(path, Cancel);

        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        await AssertRefusedAsync("chmod 600", path);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await File.WriteAllBytesAsync(path, key[1..], Cancel);
        await AssertRefusedAsync("31 bytes", path);
        await File.WriteAllBytesAsync(path, [.. key[1..], 7], Cancel);
        await AssertRefusedAsync("another key file", path);
        File.Delete(path);
        await AssertRefusedAsync("is missing", path);
        await File.WriteAllBytesAsync(path, key, Cancel);
        File.SetUnixFileMode(path, UnixFileMode.UserRead);
        (await OpenAsync(path)).Dispose();
    }

    [Fact]
    public async Task What_an_operator_has_put_beside_the_keys_stays_what_it_is()
    {
        var own = Path.Combine(Keys, "of-the-operator");
        (await OpenAsync(own)).Dispose();
        var key = await File.ReadAllBytesAsync(own, Cancel);
        (await OpenAsync(own)).Dispose();
        Assert.Equal(6, await ResealAsync(new SealWay.KeyFile(own), new SealWay.KeyFile(own)));
        Assert.Equal(key, await File.ReadAllBytesAsync(own, Cancel));
        (await OpenAsync(own)).Dispose();
    }

    [Fact]
    public async Task The_ledger_secret_is_read_by_an_auditor_who_changes_nothing()
    {
        byte[] expected = new byte[32], found = new byte[32];
        using (var home = LedgerHome.OpenOrCreate(Home, [], TimeProvider.System)) home.LedgerSecrets.Known.All[0].Value.CopyTo(expected);
        foreach (var isPlain in new[] { false, true })
        {
            if (isPlain) MakePlain(Sealed);
            using var secrets = await LedgerHome.ReadLedgerSecretsAsync(Home, Options(new SealWay.KeyFile()), TimeProvider.System, Cancel);
            secrets!.All[0].Value.CopyTo(found);
            Assert.Equal(expected, found);
        }
        Assert.Empty(SealedNames());
        Assert.Null(await LedgerHome.ReadLedgerSecretsAsync(_directory, Options(new SealWay.KeyFile()), TimeProvider.System, Cancel));
    }

    [Fact]
    public async Task Re_sealing_takes_all_or_nothing_and_is_finished_where_it_was_cut_short()
    {
        string id;
        using (var home = LedgerHome.OpenOrCreate(Home, [], TimeProvider.System)) id = home.NodeKey.KeyId;
        FirstMember.OpenOrMake(Home, TimeProvider.System);
        var beside = new SealWay.KeyFile();
        var elsewhere = new SealWay.KeyFile(Path.Combine(_directory, "elsewhere"));

        // One file that does not open: nothing changes.
        var node = Path.Combine(Keys, "node.pem");
        var bytes = await File.ReadAllBytesAsync(node, Cancel);
        await File.WriteAllBytesAsync(node, bytes[..^1], Cancel);
        var before = Contents();
        await Assert.ThrowsAsync<LedgerHomeException>(() => ResealAsync(beside, elsewhere));
        Assert.Equal(before, Contents());
        await File.WriteAllBytesAsync(node, bytes, Cancel);

        // What was left of that is no obstacle.
        Assert.Equal(6, await ResealAsync(beside, elsewhere));
        Assert.Equal(["keys"], Directory.GetDirectories(Home, "keys*").Select(Path.GetFileName));
        Assert.False(File.Exists(Path.Combine(Keys, SealedFiles.KeyFile)));
        Assert.True(File.Exists(Path.Combine(Keys, "member0.pem")));
        Assert.Equal(6, await ResealAsync(elsewhere, beside));

        // Cut short between its two renames, and before it cleared away.
        Directory.Move(Keys, Keys + ".new");
        Directory.CreateDirectory(Keys + ".old");
        using (var home = await LedgerHome.OpenOrCreateAsync(Home, [], Options(beside), TimeProvider.System, Cancel))
            Assert.Equal(id, home.NodeKey.KeyId);
        Assert.Equal(["keys"], Directory.GetDirectories(Home, "keys*").Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_running_node_is_not_re_sealed_and_what_is_no_node_is_not_touched()
    {
        LedgerHome.OpenOrCreate(Home, [], TimeProvider.System).Dispose();
        using (LedgerHead.Open(Path.Combine(Home, "head")))
            await Assert.ThrowsAsync<IOException>(() => ResealAsync(new SealWay.KeyFile(), new SealWay.KeyFile()));
        Assert.Equal(6, await ResealAsync(new SealWay.KeyFile(), new SealWay.KeyFile()));
        await Assert.ThrowsAsync<LedgerHomeException>(() => Resealing.RunAsync(
            _directory, Options(new SealWay.KeyFile()), Options(new SealWay.KeyFile()), TimeProvider.System, Cancel));
        Assert.Equal(["home"], Directory.GetFileSystemEntries(_directory).Select(Path.GetFileName));
    }

    private static SealOptions Options(SealWay way) => new(way, new PlatformOptions());

    private Task<LedgerHome> OpenAsync(string keyFile) =>
        LedgerHome.OpenOrCreateAsync(Home, [], Options(new SealWay.KeyFile(keyFile)), TimeProvider.System, Cancel);

    private async Task AssertRefusedAsync(string why, string keyFile) => Assert.Contains(
        why, (await Assert.ThrowsAsync<LedgerHomeException>(() => OpenAsync(keyFile))).Message, StringComparison.Ordinal);

    private Task<int> ResealAsync(SealWay from, SealWay to) =>
        Resealing.RunAsync(Home, Options(from), Options(to), TimeProvider.System, Cancel);

    private IEnumerable<string?> SealedNames() =>
        SealedFiles.Sealable(Keys).Where(SealedFiles.IsSealed).Select(Path.GetFileName).Order(StringComparer.Ordinal);

    private List<string> Contents() =>
        [.. Directory.GetFiles(Keys).Order(StringComparer.Ordinal)
            .Select(path => path + Encoding.Latin1.GetString(File.ReadAllBytes(path)))];

    private void MakePlain(string[] names)
    {
        using var seal = KeySeals.OfKeyFile(Keys, new SealWay.KeyFile(), mayMake: false);
        foreach (var path in names.Select(name => Path.Combine(Keys, name)))
            SecretFile.OfPersons.Write(path, new SecretFile(seal).Read(path));
    }
}
