using System.Globalization;
using Stele.Nemesis;
using Stele.Nemesis.Ground;

const string Usage =
    """
    Starts three members of etcd and three nodes, lets go wrong what can, and proves that nothing is lost.

      --faults N      how many faults (100)
      --failovers N   instead, kill the primary N times and measure how long nothing is committed
      --seed N        the order of the faults (a new one each time)
      --lease S       how long a silent primary keeps its place, in seconds (3)
      --clients N     how many clients press (8)
      --namespaces    each process with a network namespace of its own (Linux; root, or user namespaces)
      --history FILE  where to write all that the clients saw, as JSON Lines
    """;

var options = new NemesisOptions { Seed = Environment.TickCount & 0xffff, Namespaces = args.Contains("--namespaces") };
if (options.Namespaces && !NamespaceProgram.IsApart)
    return await NamespaceProgram.RunAsync(args);
args = [.. args.Where(arg => arg != "--namespaces")];
for (var i = 0; i < args.Length; i += 2)
{
    if (i + 1 == args.Length)
        return Teach();
    var value = args[i + 1];
    var hasNumber = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
    if (args[i] == "--history")
        options = options with { History = value };
    else if (!hasNumber)
        return Teach();
    else if (args[i] == "--faults")
        options = options with { Faults = number };
    else if (args[i] == "--failovers")
        options = options with { Failovers = number };
    else if (args[i] == "--seed")
        options = options with { Seed = number };
    else if (args[i] == "--lease")
        options = options with { Lease = TimeSpan.FromSeconds(number) };
    else if (args[i] == "--clients")
        options = options with { Clients = number };
    else
        return Teach();
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, press) =>
{
    // What was seen up to here is judged.
    press.Cancel = true;
    stop.Cancel();
};
var violations = await NemesisRun.RunAsync(options, Console.Out.WriteLine, stop.Token);
return violations.Count == 0 ? 0 : 1;

static int Teach()
{
    Console.Error.WriteLine(Usage);
    return 2;
}
