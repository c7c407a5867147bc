using System.Text.Json;
using Azure.Core;
using Stele.Client.Pipeline;

namespace Stele.Client.Calls;

/// <summary>What is asked of a ledger about user-defined functions and endpoints.</summary>
internal static class FunctionCalls
{
    private const string Functions = "/app/userDefinedFunctions";
    private const string Endpoints = "/app/userDefinedEndpoints";

    public static LedgerCall<LedgerFunction> Set(LedgerPipeline ledger, string id, string code)
    {
        ArgumentNullException.ThrowIfNull(code);
        return new(NameOf("CreateOrUpdateFunction"), RequestMethod.Put, PathOf(ledger, id), (json, _) => Read(json))
        {
            Body = JsonBody.Object(json => json.WriteText("code", code)),
        };
    }

    public static LedgerCall<LedgerFunction> Get(LedgerPipeline ledger, string id) =>
        new(NameOf("GetFunction"), RequestMethod.Get, PathOf(ledger, id), (json, _) => Read(json));

    public static LedgerPages<LedgerFunction> List(LedgerPipeline ledger) =>
        new(NameOf("GetFunctions"), ledger.Path(Functions).ToString(), "functions", Read);

    public static LedgerCall<bool> Delete(LedgerPipeline ledger, string id) =>
        new(NameOf("DeleteFunction"), RequestMethod.Delete, PathOf(ledger, id), (_, _) => true);

    public static LedgerCall<FunctionResult> Execute(LedgerPipeline ledger, string id, FunctionCall? call) =>
        new("LedgerClient.ExecuteFunction", RequestMethod.Post, PathOf(ledger, id, ":execute"), (json, _) => ReadResult(json))
        {
            Body = JsonBody.Object(json => json.Write(call ?? new FunctionCall())),
        };

    public static LedgerCall<BinaryData> GetEndpoints(LedgerPipeline ledger) => Document(
        NameOf("GetEndpoints"), RequestMethod.Get, ledger.Path(Endpoints).ToString());

    public static LedgerCall<bool> SetEndpoints(LedgerPipeline ledger, BinaryData bundle)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        return new(NameOf("SetEndpoints"), RequestMethod.Put, ledger.Path(Endpoints).ToString(), (_, _) => true)
        {
            Body = bundle.ToMemory(),
        };
    }

    public static LedgerCall<BinaryData> GetRuntimeOptions(LedgerPipeline ledger) => Document(
        NameOf("GetRuntimeOptions"), RequestMethod.Get, ledger.Path($"{Endpoints}/runtimeOptions").ToString());

    public static LedgerCall<BinaryData> UpdateRuntimeOptions(LedgerPipeline ledger, BinaryData options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var path = ledger.Path($"{Endpoints}/runtimeOptions").ToString();
        return Document(NameOf("UpdateRuntimeOptions"), RequestMethod.Patch, path) with
        {
            Body = options.ToMemory(),
            ContentType = "application/merge-patch+json",
        };
    }

    private static LedgerCall<BinaryData> Document(string name, RequestMethod method, string path) =>
        new(name, method, path, (_, response) => response.Content);

    private static LedgerFunction Read(JsonElement json) => new(json.Text("id"), json.Text("code"));

    private static FunctionResult ReadResult(JsonElement json) => json.Text("status") == "Succeeded"
        ? new FunctionResult(json.GetProperty("result").Text("returnValue"), errorMessage: null)
        : new FunctionResult(returnValue: null, json.GetProperty("error").Text("message"));

    private static string PathOf(LedgerPipeline ledger, string id, string action = "")
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        return ledger.Path($"{Functions}/{LedgerPath.Segment(id)}{action}").ToString();
    }

    private static string NameOf(string method) => $"LedgerAdministrationClient.{method}";
}
