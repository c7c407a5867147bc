using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Stele.Docs.Tests.Packaging;

/// <summary>The container image, as far as it can be looked at without its base: what it will say, and what it will run.</summary>
/// <remarks>After the other tests that build: all do so into the same folders.</remarks>
[Collection("packaging")]
public sealed class ContainerTests : IDisposable
{
    // In a mount namespace of its own the root becomes read-only, but for the volume and /tmp, as in a container.
    private const string Script =
        """
        set -eu
        mount --make-rprivate /
        mount --bind "$1" /mnt
        mount -t tmpfs -o mode=1777 tmpfs /tmp
        mkdir /tmp/volume
        mount -t tmpfs -o uid=1654,gid=1654,mode=0700 tmpfs /tmp/volume
        for place in / /mnt /home /opt /root /srv /usr /var; do
          if mountpoint -q "$place"; then mount -o remount,ro,bind "$place"; fi
        done
        cd /tmp/volume
        export HOME=/tmp/volume STELE_DATA=/tmp/volume/stele-data DOTNET_EnableDiagnostics=0
        as="setpriv --reuid 1654 --regid 1654 --clear-groups --no-new-privs --bounding-set=-all"
        if $as touch /var/tmp/written 2>/dev/null; then echo "the root can be written to"; exit 1; fi
        $as /mnt/stele up --virtual --port "$2" --identity-port "$3" > log 2>&1 &
        node=$!
        for _ in $(seq 6000); do
          if grep -qx ready log; then break; fi
          kill -0 $node || { cat log; exit 1; }
          sleep 0.1
        done
        $as /mnt/stele append "read-only" --wait
        kill -TERM $node
        wait $node
        stat -c 'owned by %u' stele-data/head
        ls -A /tmp
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("stele-docs-");

    [Fact]
    public async Task Its_settings_are_those_of_the_documentation()
    {
        var told = await Build.RunAsync(
            "msbuild", Build.Tool, "-p:Configuration=Release",
            "-getProperty:ContainerBaseImage,ContainerRepository,ContainerUser",
            "-getItem:ContainerPort,ContainerAppCommand,ContainerEnvironmentVariable");
        using var json = JsonDocument.Parse(told.Output);
        var properties = json.RootElement.GetProperty("Properties");
        var image = properties.GetProperty("ContainerBaseImage").GetString();
        Assert.Equal("mcr.microsoft.com/dotnet/aspnet:10.0", image);
        Assert.Equal("stele", properties.GetProperty("ContainerRepository").GetString());
        var user = properties.GetProperty("ContainerUser").GetString()!;
        Assert.True(int.Parse(user, CultureInfo.InvariantCulture) > 0, "Kubernetes knows by the number that it is not root.");
        Assert.Equal(["8443", "8444"], Items(json, "ContainerPort"));
        Assert.Equal(["/app/stele"], Items(json, "ContainerAppCommand"));
        Assert.Contains("STELE_DATA", Items(json, "ContainerEnvironmentVariable"));
    }

    [Fact]
    public async Task What_is_published_runs_as_nobody_in_particular_on_a_read_only_root()
    {
        Assert.SkipUnless(Environment.UserName == "root" && File.Exists("/usr/bin/setpriv"), "Only root can mount.");
        await Build.RunAsync("publish", Build.Tool, "-c", "Release", "--no-build", "-o", _folder.FullName, "-v", "quiet");
        File.SetUnixFileMode(_folder.FullName, (UnixFileMode)0b111_101_101);
        Assert.True(File.Exists(Path.Combine(_folder.FullName, "stele")), "The image starts stele by its own name.");
        var ports = FreePorts.Take(2);
        var run = await Finished.RunAsync(new ProcessStartInfo(
            "unshare", ["--mount", "/bin/sh", "-c", Script, "sh", _folder.FullName, $"{ports[0]}", $"{ports[1]}"]));
        Assert.SkipWhen(run.Errors.Contains("unshare failed", StringComparison.Ordinal), "This machine lets nobody mount.");
        Assert.Contains("owned by 1654", run.Ok().Output, StringComparison.Ordinal);
        Assert.Equal("volume", run.Lines[^1]);
        Assert.StartsWith("owned by", run.Lines[^2], StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static IEnumerable<string?> Items(JsonDocument json, string name) =>
        json.RootElement.GetProperty("Items").GetProperty(name).EnumerateArray().Select(item => item.GetProperty("Identity").GetString());
}
