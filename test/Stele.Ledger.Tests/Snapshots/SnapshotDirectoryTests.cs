using Stele.Ledger.Snapshots;

namespace Stele.Ledger.Tests.Snapshots;

public sealed class SnapshotDirectoryTests : IDisposable
{
    private static readonly SeqNo Far = new(1000);

    private readonly string _parent = Directory.CreateTempSubdirectory("stele-test-").FullName;
    private readonly Vouched _service = new();

    private string Folder => Path.Combine(_parent, "snapshots");

    private SnapshotDirectory Snapshots => new(Folder);

    public void Dispose()
    {
        _service.Dispose();
        Directory.Delete(_parent, recursive: true);
    }

    [Fact]
    public void Where_there_is_no_directory_there_is_no_snapshot()
    {
        var search = Snapshots.FindNewest(_service.Verifier, Far, _ => true);
        Assert.Null(search.Found);
        Assert.Empty(search.Skipped);
        Snapshots.Prune();
    }

    [Fact]
    public void The_newest_is_found()
    {
        foreach (var seqno in new[] { 9, 200, 30 }) Write(seqno);
        Assert.Equal([200, 30, 9], Snapshots.List().Snapshots.Select(snapshot => snapshot.Name.SeqNo.Value));
        var found = Snapshots.FindNewest(_service.Verifier, Far, _ => true).Found!;
        Assert.Equal(("2.201", 200), (found.Evidence.ToString(), found.Contents.SeqNo.Value));
    }

    [Fact]
    public void One_that_the_ledger_does_not_reach_is_passed_over()
    {
        foreach (var seqno in new[] { 9, 200 }) Write(seqno);
        var search = Snapshots.FindNewest(_service.Verifier, new SeqNo(200), _ => true);
        Assert.Equal(9, search.Found!.Contents.SeqNo.Value);
        Assert.Contains("before it", Assert.Single(search.Skipped).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_one_is_passed_over_with_its_reason()
    {
        Write(9);
        var newest = Write(30);
        File.WriteAllBytes(newest, File.ReadAllBytes(newest)[..100]);
        var search = Snapshots.FindNewest(_service.Verifier, Far, _ => true);
        Assert.Equal(9, search.Found!.Contents.SeqNo.Value);
        Assert.Equal(newest, Assert.Single(search.Skipped).Path);
    }

    [Fact]
    public void One_under_the_name_of_another_is_passed_over()
    {
        File.Move(Write(9), Path.Combine(Folder, "snapshot_30_31.committed"));
        var search = Snapshots.FindNewest(_service.Verifier, Far, _ => true);
        Assert.Null(search.Found);
        Assert.Contains("snapshot_9_10.committed", Assert.Single(search.Skipped).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void One_of_another_service_is_passed_over()
    {
        Write(9);
        using var other = new Vouched();
        var search = Snapshots.FindNewest(other.Verifier, Far, _ => true);
        Assert.Null(search.Found);
        Assert.Contains("do not lead to the service", Assert.Single(search.Skipped).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_foreign_file_is_passed_over_and_a_folder_too()
    {
        Write(9);
        File.WriteAllText(Path.Combine(Folder, "notes.txt"), "");
        Directory.CreateDirectory(Path.Combine(Folder, "snapshot_30_31.committed"));
        var search = Snapshots.FindNewest(_service.Verifier, Far, _ => true);
        Assert.Equal(9, search.Found!.Contents.SeqNo.Value);
        Assert.Equal(
            ["notes.txt", "snapshot_30_31.committed"],
            search.Skipped.Select(file => Path.GetFileName(file.Path)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void All_but_the_newest_two_are_deleted_and_nothing_that_is_foreign()
    {
        foreach (var seqno in new[] { 9, 100, 30, 200 }) Write(seqno);
        File.WriteAllText(Path.Combine(Folder, "snapshot_300_301.committed.new"), "half");
        File.WriteAllText(Path.Combine(Folder, "notes.txt.new"), "");
        Snapshots.Prune();
        Assert.Equal(
            ["notes.txt.new", "snapshot_100_101.committed", "snapshot_200_201.committed"],
            Directory.GetFiles(Folder).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("snapshot_61_62", false)]
    [InlineData("snapshot_62_61.committed", false)]
    [InlineData("snapshot_61_61.committed", false)]
    [InlineData("snapshot_061_62.committed", false)]
    [InlineData("snapshot_61.committed", false)]
    [InlineData("snapshot_.committed", false)]
    [InlineData("snapshot_61_62_63.committed", false)]
    [InlineData("snapshot_0_1.committed", false)]
    [InlineData("snapshot_61_99999999999999999999.committed", false)]
    [InlineData("snapshot_61_62.committed", true)]
    public void A_name_is_a_snapshots_or_not(string text, bool expected)
    {
        Assert.Equal(expected, SnapshotName.TryParse(text, out var name));
        if (expected) Assert.Equal(text, name.ToString());
    }

    private string Write(long seqno)
    {
        var (name, file) = _service.At(seqno);
        Snapshots.Write(name, file);
        return Path.Combine(Folder, name.ToString());
    }
}
