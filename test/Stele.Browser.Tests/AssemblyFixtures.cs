// One browser and one ledger serve all tests that only need one to be there.
[assembly: AssemblyFixture(typeof(Stele.Browser.Tests.Chromium))]
[assembly: AssemblyFixture(typeof(Stele.Tests.RunningLedger))]
