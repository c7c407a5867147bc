using System.Diagnostics;

namespace Stele.EndToEnd.Tests;

/// <summary>Microsoft's JavaScript client, @azure-rest/confidential-ledger 1.0.0, unchanged.</summary>
[Collection(Tour.InDefaultCollection)]
public sealed class JavaScriptClientTests(RunningLedger ledger)
{
    [Fact]
    public Task The_official_client_goes_through_every_operation_of_its_readme()
    {
        var installed = Directory.Exists(Tour.Script("JavaScript/node_modules/@azure-rest/confidential-ledger"));
        Requirement.Met(installed, "npm ci has not run in test/Stele.EndToEnd.Tests/JavaScript.");
        var script = Tour.Script("JavaScript/confidential_ledger.mjs");
        return Tour.AllOkAsync(new ProcessStartInfo("node", [script, .. Tour.Arguments(ledger)])
        {
            Environment = { ["NODE_EXTRA_CA_CERTS"] = Path.Combine(ledger.DataDirectory, "identity_ca.pem") },
        });
    }
}
