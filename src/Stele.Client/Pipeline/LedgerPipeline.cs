using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Stele.Client.Pipeline;

/// <summary>Sends calls to one ledger. All clients of it share this one pipeline, and with it its connections and its trust.</summary>
/// <param name="pipeline">Azure.Core's pipeline.</param>
/// <param name="endpoint">The address that paths are relative to.</param>
/// <param name="options">The version, and how it is spoken.</param>
/// <param name="service">The service's certificate; null where none is pinned.</param>
internal sealed class LedgerPipeline(HttpPipeline pipeline, Uri endpoint, LedgerClientOptions options, X509Certificate2? service)
{
    /// <summary>The id of a write, or the position that a read was answered at.</summary>
    public const string TransactionHeader = "x-ms-ccf-transaction-id";

    private static readonly JsonDocumentOptions JsonOptions = new() { MaxDepth = 64, AllowDuplicateProperties = false };

    public Uri Endpoint => endpoint;

    public LedgerClientOptions Options => options;

    public X509Certificate2? Service => service;

    /// <summary>A path of the ledger's API in the version that was chosen.</summary>
    public LedgerPath Path(string path) => new(options.Version, path);

    /// <summary>Sends a call, and again while the ledger answers that it is still loading.</summary>
    /// <exception cref="RequestFailedException">The ledger refuses, cannot be reached, or answers what is no answer.</exception>
    public Response<T> Invoke<T>(LedgerCall<T> call, CancellationToken cancel)
    {
        using var span = Tracing.Start(call.Name, endpoint);
        try
        {
            for (var turn = 0; ; turn++)
            {
                using var message = MessageOf(call);
                pipeline.Send(message, cancel);
                if (Read(call, message) is { } answer) return Noted(span, answer);
                if (cancel.WaitHandle.WaitOne(LoadingDelay.After(message.Response, turn))) cancel.ThrowIfCancellationRequested();
            }
        }
        catch (Exception fault) when (Tracing.Note(span, fault))
        {
            throw;
        }
    }

    /// <inheritdoc cref="Invoke"/>
    public async Task<Response<T>> InvokeAsync<T>(LedgerCall<T> call, CancellationToken cancel)
    {
        using var span = Tracing.Start(call.Name, endpoint);
        try
        {
            for (var turn = 0; ; turn++)
            {
                using var message = MessageOf(call);
                await pipeline.SendAsync(message, cancel).ConfigureAwait(false);
                if (Read(call, message) is { } answer) return Noted(span, answer);
                await Task.Delay(LoadingDelay.After(message.Response, turn), cancel).ConfigureAwait(false);
            }
        }
        catch (Exception fault) when (Tracing.Note(span, fault))
        {
            throw;
        }
    }

    private static Response<T> Noted<T>(System.Diagnostics.Activity? span, Response<T> answer)
    {
        Tracing.Note(span, answer.GetRawResponse());
        return answer;
    }

    private HttpMessage MessageOf<T>(LedgerCall<T> call)
    {
        var message = pipeline.CreateMessage();
        message.Request.Method = call.Method;
        message.Request.Uri.Reset(AddressOf(call.Path));
        message.Request.Headers.Add(HttpHeader.Common.JsonAccept);
        if (call.Body is not { } body) return message;
        message.Request.Headers.Add("Content-Type", call.ContentType);
        message.Request.Content = RequestContent.Create(body);
        return message;
    }

    // What a ledger names as the next page is asked for with the caller's credentials.
    private Uri AddressOf(string path)
    {
        var address = new Uri(endpoint, path);
        return IsSameOrigin(address, endpoint)
            ? address
            : throw new RequestFailedException($"The next page is said to be at {address.Host}, which is not this ledger's address.");
    }

    /// <summary>Whether two addresses are of one scheme, host and port.</summary>
    public static bool IsSameOrigin(Uri one, Uri other) => Uri.Compare(
        one, other, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0;

    private static Response<T>? Read<T>(LedgerCall<T> call, HttpMessage message)
    {
        var response = message.Response;
        if (message.ResponseClassifier.IsErrorResponse(message)) throw new RequestFailedException(response);
        try
        {
            var content = response.Content.ToMemory();
            if (content.IsEmpty) return Response.FromValue(call.Read(default, response), response);
            using var json = JsonDocument.Parse(content, JsonOptions);
            return IsLoading(call, json.RootElement) ? null : Response.FromValue(call.Read(json.RootElement, response), response);
        }
        catch (Exception fault) when (fault is JsonException or FormatException or InvalidOperationException or KeyNotFoundException)
        {
            throw new RequestFailedException(
                response.Status, $"The answer is not one that {call.Name} can have: {fault.Message}", errorCode: null, fault);
        }
    }

    private static bool IsLoading<T>(LedgerCall<T> call, JsonElement json) => call.Method == RequestMethod.Get
        && json.ValueKind == JsonValueKind.Object && json.TryGetProperty("state", out var state) && state.ValueEquals("Loading");
}
