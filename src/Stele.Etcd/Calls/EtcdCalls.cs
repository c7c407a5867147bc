using System.Net;
using System.Text.Json;
using Stele.Etcd.Wire;

namespace Stele.Etcd.Calls;

/// <summary>
/// Sends requests to members: a read to one after the other until one answers or the time is over; a write to another
/// only while nothing of it has been sent.
/// </summary>
internal sealed class EtcdCalls(HttpClient http, EtcdOptions options, TimeProvider time)
{
    /// <summary>With this header, a member that knows of no leader says so at once, and ends watches when it loses it.</summary>
    private const string DemandLeader = "Grpc-Metadata-hasleader";

    private static readonly TimeSpan PauseMin = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan PauseMax = TimeSpan.FromMilliseconds(400);

    /// <summary>The members.</summary>
    public EndpointRing Ring { get; } = new(options.Endpoints);

    public async Task<T> RunAsync<T>(Call<T> call, CancellationToken cancellation)
    {
        var length = call.Timeout ?? options.RequestTimeout;
        var body = new PooledBuffer();
        Write(body, call.Write);
        using var deadline = new Deadline(length, time, cancellation);
        var result = await RepeatAsync(call, body.Written, deadline, cancellation);
        // Not after a failure: who knows whether a connection that is being torn down still reads it.
        body.Dispose();
        return result;
    }

    /// <summary>Posts a request and hands back the answer's head, its body unread.</summary>
    public async Task<HttpResponseMessage> PostAsync(
        Uri endpoint, string path, HttpContent content, bool demandLeader, CancellationToken until)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(endpoint, path)) { Content = content };
        if (demandLeader)
            request.Headers.Add(DemandLeader, "true");
        return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, until);
    }

    /// <summary>Writes an object with these fields.</summary>
    public static void Write(PooledBuffer body, Action<Utf8JsonWriter> fields)
    {
        using var json = new Utf8JsonWriter(body, new JsonWriterOptions { SkipValidation = true });
        json.WriteStartObject();
        fields(json);
        json.WriteEndObject();
    }

    private async Task<T> RepeatAsync<T>(
        Call<T> call, ReadOnlyMemory<byte> body, Deadline deadline, CancellationToken cancellation)
    {
        var round = call.Endpoint is null ? Ring.Count : 1;
        var pause = PauseMin;
        string? certificates = null;
        for (var tries = 1; ; tries++)
        {
            var endpoint = call.Endpoint ?? Ring.Current;
            var attempt = await AttemptAsync(call, body, endpoint, deadline.Token, cancellation);
            if (attempt is Attempt<T>.Answered answered)
                return answered.Value;
            if (attempt is Attempt<T>.Refused refused)
                throw refused.Error;

            var failed = (Attempt<T>.Failed)attempt;
            // A refused certificate ends some connections with its reason, and others with a reset.
            certificates ??= FailureWords.NamesCertificates(failed.Reason) ? failed.Reason : null;
            failed = failed with { Reason = certificates ?? failed.Reason };
            Ring.Leave(endpoint);
            var mayRepeat = call.IsRepeatable || (failed.Fate == Fate.NotSent && tries < round);
            if (!mayRepeat || deadline.IsOver)
                throw Failure(call, failed, endpoint);
            if (tries % round != 0)
                continue;
            await PauseAsync(pause, deadline, cancellation);
            if (deadline.IsOver)
                throw Failure(call, failed, endpoint);
            pause = pause * 2 < PauseMax ? pause * 2 : PauseMax;
        }
    }

    private async Task<Attempt<T>> AttemptAsync<T>(
        Call<T> call, ReadOnlyMemory<byte> body, Uri endpoint, CancellationToken until, CancellationToken cancellation)
    {
        using var content = new RequestContent(body);
        using var patience = new Deadline(Patience(call), time, until);
        try
        {
            using var response = await PostAsync(endpoint, call.Path, content, call.Endpoint is null, patience.Token);
            using var answer = new PooledBuffer();
            if (!await ReadAsync(response.Content, answer, patience.Token))
                return TooLarge(call);
            return response.StatusCode == HttpStatusCode.OK
                ? new Attempt<T>.Answered(JsonReading.Read(answer.Written, call.Read))
                : JsonReading.Read(answer.Written, ErrorAnswer.Read).ToAttempt<T>();
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The caller would have waited longer, had this member answered.
            if (call.Endpoint is null)
                Ring.Leave(endpoint);
            throw;
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or OperationCanceledException or FormatException)
        {
            var fate = content.HasBegun ? Fate.Open : Fate.NotSent;
            var reason = failure is OperationCanceledException ? "no answer in time" : FailureWords.Of(failure);
            return new Attempt<T>.Failed(fate, reason, failure);
        }
    }

    /// <summary>A read can ask another member; for a write, all the time that there is.</summary>
    private TimeSpan Patience<T>(Call<T> call) =>
        call.IsRepeatable && call.Endpoint is null ? options.AttemptTimeout : Timeout.InfiniteTimeSpan;

    /// <summary>Reads an answer to its end; false where it is longer than any may be.</summary>
    private async Task<bool> ReadAsync(HttpContent content, PooledBuffer answer, CancellationToken until)
    {
        if (content.Headers.ContentLength > options.AnswerBytesMax)
            return false;
        await using var stream = await content.ReadAsStreamAsync(until);
        while (await stream.ReadAsync(answer.GetMemory(), until) is > 0 and var count)
        {
            answer.Advance(count);
            if (answer.Length > options.AnswerBytesMax)
                return false;
        }
        return true;
    }

    private Attempt<T> TooLarge<T>(Call<T> call)
    {
        var reason = $"the answer is longer than {options.AnswerBytesMax} bytes";
        return call.IsRepeatable
            ? new Attempt<T>.Refused(new EtcdException(EtcdError.AnswerTooLarge, reason))
            : new Attempt<T>.Failed(Fate.Open, reason, null);
    }

    private async Task PauseAsync(TimeSpan pause, Deadline deadline, CancellationToken cancellation)
    {
        try
        {
            await Task.Delay(pause, time, deadline.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // The time is over: the caller looks.
        }
    }

    private static Exception Failure<T>(Call<T> call, Attempt<T>.Failed failed, Uri endpoint)
    {
        var message = $"etcd at {endpoint.Authority}, {call.Path}: {failed.Reason}";
        return failed.Fate == Fate.Open && !call.IsRepeatable
            ? new EtcdOutcomeUnknownException(message, failed.Cause)
            : new EtcdUnavailableException(message, failed.Cause);
    }
}
