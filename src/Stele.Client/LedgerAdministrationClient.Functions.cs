using Azure;
using Stele.Client.Calls;

namespace Stele.Client;

/// <content>User-defined functions and endpoints.</content>
public partial class LedgerAdministrationClient
{
    /// <summary>A user-defined function.</summary>
    /// <param name="functionId">The function's id.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public virtual Response<LedgerFunction> GetFunction(string functionId, CancellationToken cancellationToken = default) =>
        _pipeline.Invoke(FunctionCalls.Get(_pipeline, functionId), cancellationToken);

    /// <inheritdoc cref="GetFunction"/>
    public virtual Task<Response<LedgerFunction>> GetFunctionAsync(
        string functionId, CancellationToken cancellationToken = default) =>
        _pipeline.InvokeAsync(FunctionCalls.Get(_pipeline, functionId), cancellationToken);

    /// <summary>
    /// The ledger's user-defined functions. They are run with <see cref="LedgerClient.ExecuteFunction"/>, or with an entry.
    /// </summary>
    /// <param name="cancellationToken">Ends it.</param>
    public virtual Pageable<LedgerFunction> GetFunctions(CancellationToken cancellationToken = default) =>
        FunctionCalls.List(_pipeline).Of(_pipeline, cancellationToken);

    /// <inheritdoc cref="GetFunctions"/>
    public virtual AsyncPageable<LedgerFunction> GetFunctionsAsync(CancellationToken cancellationToken = default) =>
        FunctionCalls.List(_pipeline).OfAsync(_pipeline, cancellationToken);

    /// <summary>Makes a user-defined function, or gives it other code.</summary>
    /// <param name="functionId">The function's id.</param>
    /// <param name="code">A JavaScript module, such as <c>export function main() { return "text" }</c>.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public virtual Response<LedgerFunction> CreateOrUpdateFunction(
        string functionId, string code, CancellationToken cancellationToken = default) =>
        _pipeline.Invoke(FunctionCalls.Set(_pipeline, functionId, code), cancellationToken);

    /// <inheritdoc cref="CreateOrUpdateFunction"/>
    public virtual Task<Response<LedgerFunction>> CreateOrUpdateFunctionAsync(
        string functionId, string code, CancellationToken cancellationToken = default) =>
        _pipeline.InvokeAsync(FunctionCalls.Set(_pipeline, functionId, code), cancellationToken);

    /// <summary>Deletes a user-defined function.</summary>
    /// <param name="functionId">The function's id.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public virtual Response DeleteFunction(string functionId, CancellationToken cancellationToken = default) =>
        _pipeline.Invoke(FunctionCalls.Delete(_pipeline, functionId), cancellationToken).GetRawResponse();

    /// <inheritdoc cref="DeleteFunction"/>
    public virtual async Task<Response> DeleteFunctionAsync(string functionId, CancellationToken cancellationToken = default) =>
        (await _pipeline.InvokeAsync(FunctionCalls.Delete(_pipeline, functionId), cancellationToken)
            .ConfigureAwait(false)).GetRawResponse();

    /// <summary>The bundle of user-defined endpoints, JSON.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    public virtual Response<BinaryData> GetEndpoints(CancellationToken cancellationToken = default) =>
        _pipeline.Invoke(FunctionCalls.GetEndpoints(_pipeline), cancellationToken);

    /// <inheritdoc cref="GetEndpoints"/>
    public virtual Task<Response<BinaryData>> GetEndpointsAsync(CancellationToken cancellationToken = default) =>
        _pipeline.InvokeAsync(FunctionCalls.GetEndpoints(_pipeline), cancellationToken);

    /// <summary>Installs user-defined endpoints in place of those that there are.</summary>
    /// <param name="bundle">A bundle as the service describes it: <c>{"metadata":{"endpoints":{…}},"modules":[…]}</c>.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public virtual Response SetEndpoints(BinaryData bundle, CancellationToken cancellationToken = default) =>
        _pipeline.Invoke(FunctionCalls.SetEndpoints(_pipeline, bundle), cancellationToken).GetRawResponse();

    /// <inheritdoc cref="SetEndpoints"/>
    public virtual async Task<Response> SetEndpointsAsync(BinaryData bundle, CancellationToken cancellationToken = default) =>
        (await _pipeline.InvokeAsync(FunctionCalls.SetEndpoints(_pipeline, bundle), cancellationToken)
            .ConfigureAwait(false)).GetRawResponse();

    /// <summary>The limits of user-defined endpoints, JSON.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    public virtual Response<BinaryData> GetRuntimeOptions(CancellationToken cancellationToken = default) =>
        _pipeline.Invoke(FunctionCalls.GetRuntimeOptions(_pipeline), cancellationToken);

    /// <inheritdoc cref="GetRuntimeOptions"/>
    public virtual Task<Response<BinaryData>> GetRuntimeOptionsAsync(CancellationToken cancellationToken = default) =>
        _pipeline.InvokeAsync(FunctionCalls.GetRuntimeOptions(_pipeline), cancellationToken);

    /// <summary>Changes limits of user-defined endpoints.</summary>
    /// <param name="options">Those to change, a JSON object (<c>max_heap_bytes</c>, …).</param>
    /// <param name="cancellationToken">Ends it.</param>
    public virtual Response<BinaryData> UpdateRuntimeOptions(BinaryData options, CancellationToken cancellationToken = default) =>
        _pipeline.Invoke(FunctionCalls.UpdateRuntimeOptions(_pipeline, options), cancellationToken);

    /// <inheritdoc cref="UpdateRuntimeOptions"/>
    public virtual Task<Response<BinaryData>> UpdateRuntimeOptionsAsync(
        BinaryData options, CancellationToken cancellationToken = default) =>
        _pipeline.InvokeAsync(FunctionCalls.UpdateRuntimeOptions(_pipeline, options), cancellationToken);
}
