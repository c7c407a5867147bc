using System.Text.Json;
using Stele.Attestation.Folders;

namespace Stele.Attestation.Tests;

/// <summary>One of the published or made-up pieces of evidence, with the verdict that others have measured.</summary>
internal sealed class Vector
{
    private readonly JsonElement _expected;

    private Vector(string path)
    {
        Path = path;
        var description = JsonDocument.Parse(Read("vector.json")!).RootElement;
        Type = description.GetProperty("type").GetString()!;
        _expected = description.GetProperty("expected");
    }

    public string Path { get; }

    public string Name => System.IO.Path.GetFileName(Path);

    public string Type { get; }

    public bool IsAccepted => _expected.GetProperty("verdict").GetString() == "accept";

    /// <summary>The names of the checks that fail, in the order of the alphabet.</summary>
    public IEnumerable<string> Failed =>
        _expected.GetProperty("failed").EnumerateArray().Select(name => name.GetString()!).Order(StringComparer.Ordinal);

    /// <summary>Intel's word for the platform's TCB; empty where none is expected.</summary>
    public string Status => _expected.TryGetProperty("status", out var status) ? status.GetString() ?? "" : "";

    /// <summary>Every value that others have read out of it; null where they have not.</summary>
    public JsonElement? Fields => Read("fields.json") is { } json ? JsonDocument.Parse(json).RootElement : null;

    public static Vector Open(string name)
    {
        var folder = SharedVectors.Require("vectors/attestation");
        return new Vector(new[] { $"{folder}/{name}", $"{folder}/synthetic/{name}" }.First(Directory.Exists));
    }

    /// <summary>All vectors, the published ones before those that were made up.</summary>
    public static IEnumerable<Vector> All()
    {
        var folder = SharedVectors.Require("vectors/attestation");
        return Directory.EnumerateFiles(folder, "vector.json", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .Select(file => new Vector(System.IO.Path.GetDirectoryName(file)!));
    }

    public byte[]? Read(string file)
    {
        var path = System.IO.Path.Combine(Path, file);
        return File.Exists(path) ? File.ReadAllBytes(path) : null;
    }

    public Verdict Judge() => EvidenceFolder.Open(Read).Judge();
}
