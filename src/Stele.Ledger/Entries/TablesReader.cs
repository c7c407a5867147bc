namespace Stele.Ledger.Entries;

/// <summary>Reads the tables of a domain.</summary>
internal static class TablesReader
{
    public static WriteSet Read(ref DomainReader reader)
    {
        var writes = new WriteSet();
        while (!reader.AtEnd) ReadTable(ref reader, writes);
        return writes;
    }

    private static void ReadTable(ref DomainReader reader, WriteSet writes)
    {
        var name = new TableName(reader.Text());
        if (writes.Find(name) is not null) throw reader.Fault($"table {name} stands twice");
        if (reader.Int64() != 0) throw reader.Fault("a read version other than 0");
        if (reader.Int64() != 0) throw reader.Fault("a read count other than 0");
        var table = writes.Of(name);
        for (var left = reader.Count(2 * sizeof(long)); left > 0; left--)
            table.Add(new KeyWrite(reader.SizedBytes(), reader.SizedBytes()));
        for (var left = reader.Count(sizeof(long)); left > 0; left--)
            table.Add(new KeyWrite(reader.SizedBytes(), null));
    }
}
