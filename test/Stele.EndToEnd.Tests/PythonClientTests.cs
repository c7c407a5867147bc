using System.Diagnostics;

namespace Stele.EndToEnd.Tests;

/// <summary>Microsoft's Python client, azure-confidentialledger 1.0.1 from Debian's python3-azure, unchanged.</summary>
[Collection(Tour.InDefaultCollection)]
public sealed class PythonClientTests(RunningLedger ledger)
{
    private const string Python = "/usr/bin/python3";

    [Fact]
    public Task The_official_client_goes_through_every_operation_of_its_readme() => TourAsync("azure_client.py");

    [Fact]
    public Task The_asynchronous_client_goes_through_its_operations() => TourAsync("azure_client_async.py");

    private Task TourAsync(string script)
    {
        const string Package = "/usr/lib/python3/dist-packages/azure/confidentialledger";
        Requirement.Met(Directory.Exists(Package), "Debian's package python3-azure is not installed.");
        string[] arguments = ["-B", Tour.Script($"Python/{script}"), .. Tour.Arguments(ledger)];
        return Tour.AllOkAsync(new ProcessStartInfo(Python, arguments));
    }
}
