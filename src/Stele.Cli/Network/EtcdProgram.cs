namespace Stele.Cli.Network;

/// <summary>Where etcd's program is on this machine.</summary>
internal static class EtcdProgram
{
    /// <summary>Its path: out of <c>PATH</c>, or from where the tests have put it.</summary>
    /// <exception cref="CommandFailedException">It is not there.</exception>
    public static string Find() => TryFind() ?? throw new CommandFailedException(
        "etcd is not on the PATH; install it (version 3.5 or newer, as Debian's etcd-server).", ExitCode.Failed);

    /// <summary>Its path; null where it is not there.</summary>
    public static string? TryFind()
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Append(Path.Combine(home, ".local/share/stele-test/etcd/usr/bin"))
            .Select(folder => Path.Combine(folder, "etcd"))
            .FirstOrDefault(File.Exists);
    }
}
