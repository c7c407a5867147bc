// One ledger serves all tests that only need one to be there, and one with backups those that copy or read it.
[assembly: AssemblyFixture(typeof(Stele.Tests.RunningLedger))]
[assembly: AssemblyFixture(typeof(Stele.Cli.Tests.Backups.BackedUpLedger))]
