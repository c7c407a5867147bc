// One ledger serves all tests that only need one to be there.
[assembly: AssemblyFixture(typeof(Stele.Tests.RunningLedger))]
