using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Stele.Cli.Connection;

/// <summary>What a node answered in one TLS session, and the key that it proved to have there.</summary>
/// <param name="Body">The answer's body.</param>
/// <param name="PublicKey">The key of the session's certificate, SubjectPublicKeyInfo, DER.</param>
/// <param name="CertificateFault">Why the certificate is none of the service; null where it is.</param>
internal sealed record NodeSession(byte[] Body, byte[] PublicKey, string? CertificateFault)
{
    private const int AnswerBytesMax = 1 << 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Asks a node for something that anyone may know.</summary>
    /// <param name="address">What to ask for.</param>
    /// <param name="service">The service's certificate; null to take any, because the answer is judged by the session's key.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="CommandFailedException">There is no answer.</exception>
    public static async Task<NodeSession> GetAsync(Uri address, X509Certificate2? service, CancellationToken cancel)
    {
        byte[]? key = null;
        string? fault = null;
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false };
        // There is one connection: what is answered is answered by whoever has the key that is looked at here.
        handler.ConnectCallback = async (context, stop) =>
        {
            if (key is not null) throw new IOException("The node ended the connection.");
            var tls = new SslStream(await ConnectAsync(context.DnsEndPoint, stop));
            try
            {
                await tls.AuthenticateAsClientAsync(Options(context.DnsEndPoint.Host, service, found => fault = found), stop);
                using var shown = new X509Certificate2(tls.RemoteCertificate!);
                key = shown.PublicKey.ExportSubjectPublicKeyInfo();
                return tls;
            }
            catch
            {
                await tls.DisposeAsync();
                throw;
            }
        };
        using var client = new HttpClient(handler) { Timeout = Patience, MaxResponseContentBufferSize = AnswerBytesMax };
        var body = await AskAsync(client, address, cancel);
        return new NodeSession(body, key!, fault);
    }

    private static async Task<NetworkStream> ConnectAsync(EndPoint node, CancellationToken stop)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(node, stop);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<byte[]> AskAsync(HttpClient client, Uri address, CancellationToken cancel)
    {
        try
        {
            using var response = await client.GetAsync(address, cancel);
            return response.StatusCode == HttpStatusCode.OK
                ? await response.Content.ReadAsByteArrayAsync(cancel)
                : throw new CommandFailedException(
                    $"{address} answers {(int)response.StatusCode}: it shows no evidence.", ExitCode.Failed);
        }
        catch (HttpRequestException fault)
        {
            throw new CommandFailedException(
                $"{address} cannot be reached: {(fault.InnerException ?? fault).Message}", ExitCode.NotReachable);
        }
        catch (TaskCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new CommandFailedException($"{address} did not answer within a minute.", ExitCode.NotReachable);
        }
    }

    private static SslClientAuthenticationOptions Options(string host, X509Certificate2? service, Action<string?> tells)
    {
        var trust = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        if (service is not null) trust.CustomTrustStore.Add(service);
        return new SslClientAuthenticationOptions
        {
            TargetHost = host,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            CertificateChainPolicy = trust,
            // What is wrong with the certificate becomes one of the checks: all of them are told.
            RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
            {
                tells(errors == SslPolicyErrors.None ? null : $"The node's certificate: {errors}.");
                return certificate is not null;
            },
        };
    }
}
