using System.Diagnostics;

namespace Stele.Cli.Network;

/// <summary>How a process is started that must not outlive this one, whatever ends it.</summary>
internal static class TiedProcess
{
    // The pipe to standard input ends with this process, even by SIGKILL; then the watcher ends the program, which has taken
    // the shell's place and number. A session of its own: Ctrl-C is this process's to hear, which stops all in order.
    private const string Script = """
        exec 3<&0
        ( cat <&3; kill $$ ) >/dev/null 2>&1 &
        exec "$@" </dev/null 3<&-
        """;

    /// <summary>Starts a program with its arguments.</summary>
    public static ProcessStartInfo StartInfo(IEnumerable<string> line) => new("setsid", ["sh", "-c", Script, "sh", .. line]);
}
