using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Stele.Cryptography.Certificates;
using Stele.Cryptography.Keys;
using Stele.Cryptography.Sealing;
using Stele.Server.Attestation;
using Stele.Server.Home;
using Stele.Server.Network;
using Stele.Server.Sealing;

namespace Stele.Server.Joining;

/// <summary>Makes a new node one of a network: it asks until an administrator has decided, and keeps what it is given.</summary>
public sealed class NodeJoin
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SelfSignedValidity = TimeSpan.FromDays(1);
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(10);

    private readonly NodeJoinOptions _options;
    private readonly TimeProvider _time;
    private readonly X509Certificate2 _service;
    private bool _hasTold;

    private NodeJoin(NodeJoinOptions options, TimeProvider time)
    {
        (_options, _time) = (options, time);
        try
        {
            _service = X509CertificateLoader.LoadCertificateFromFile(options.ServiceCertificateFile);
        }
        catch (CryptographicException)
        {
            throw new LedgerHomeException($"{options.ServiceCertificateFile} is no certificate in PEM.");
        }
    }

    /// <summary>Joins, where the node has not yet; an interrupted join goes on where it was.</summary>
    /// <exception cref="NodeJoinException">The network refuses, or is not the one expected.</exception>
    /// <exception cref="LedgerHomeException">The data directory, or the certificate, cannot be used.</exception>
    public static async Task RunAsync(NodeJoinOptions options, TimeProvider time, CancellationToken cancel)
    {
        var join = new NodeJoin(options, time);
        using (join._service) await join.RunAsync(cancel);
    }

    private async Task RunAsync(CancellationToken cancel)
    {
        Resealing.Finish(_options.DataDirectory);
        if (JoinFiles.IsComplete(_options.DataDirectory)) return;
        var platform = NodePlatform.Find(_options.Platform, _time);
        LedgerHome.RefuseBackup(_options.DataDirectory);
        JoinFiles.Begin(_options.DataDirectory, _options.From);
        using var seal = await KeySeals.OpenAsync(
            _options.DataDirectory, new SealOptions(_options.Seal, _options.Platform), _time, cancel);
        var files = new JoinFiles(_options.DataDirectory, seal);
        using var key = files.NodeKey();
        var evidence = await platform.EvidenceAsync(key.KeyId, cancel);
        using var encryption = files.EncryptionKey();
        var names = LedgerHomeBuilder.AllNames([.. _options.HostNames, _options.Address.IdnHost]);
        var request = new JoinRequest(
            _options.Address, evidence, encryption.PublicKeyPem,
            files.CertificateRequest(() => NodeCertificateRequest.Create(key, names)));
        using var selfSigned = CertificateAuthority.SelfSigned(key, "CCF Node", _time.GetUtcNow(), SelfSignedValidity);
        using var shown = LedgerHomeBuilder.ForTls(key, selfSigned);
        using var http = NodeConnections.Open(_service, () => shown, certificate =>
            certificate is X509Certificate2 server && CertificateSignature.IsSignedBy(server, _service));
        var body = request.ToJson();
        while (true)
        {
            switch (await AskAsync(http, body, cancel))
            {
                case JoinAnswer.Trusted trusted:
                    Keep(files, trusted, key, encryption);
                    return;
                case JoinAnswer.Pending when !_hasTold:
                    _hasTold = true;
                    _options.Waits(key.KeyId);
                    break;
            }
            await Task.Delay(Pause, _time, cancel);
        }
    }

    // Null where nothing was answered that decides anything: it asks again.
    private async Task<JoinAnswer?> AskAsync(HttpClient http, byte[] body, CancellationToken cancel)
    {
        using var soon = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        soon.CancelAfter(AnswerPatience);
        try
        {
            using var content = new ByteArrayContent(body);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var answer = await http.PostAsync(new Uri(_options.From, "/node/join"), content, soon.Token);
            var bytes = await answer.Content.ReadAsByteArrayAsync(soon.Token);
            if ((int)answer.StatusCode >= 500) return null;
            if (!answer.IsSuccessStatusCode) throw new NodeJoinException($"{_options.From} refuses this node: {Message(bytes)}");
            return JoinAnswer.Parse(bytes);
        }
        catch (HttpRequestException failure) when (failure.InnerException is System.Security.Authentication.AuthenticationException)
        {
            throw new NodeJoinException($"{_options.From} did not show a certificate of the service in {_options.ServiceCertificateFile}.");
        }
        catch (HttpRequestException)
        {
            return null;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return null;
        }
        catch (FormatException fault)
        {
            throw new NodeJoinException($"{_options.From}: {fault.Message}");
        }
    }

    private void Keep(JoinFiles files, JoinAnswer.Trusted trusted, SigningKey key, EncryptionKey encryption)
    {
        try
        {
            var (secrets, serviceKey) = NodeSecrets.Open(encryption, key.KeyId, _service, trusted.Secrets);
            using (secrets)
            using (serviceKey)
            using (var certificate = X509Certificate2.CreateFromPem(trusted.Certificate))
            {
                if (!CertificateSignature.IsSignedBy(certificate, _service)
                    || !certificate.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key.PublicKey.Span))
                    throw new FormatException("The certificate is not one of the service for this node's key.");
                files.Complete(_service, trusted.Certificate, trusted.LedgerId, secrets, serviceKey);
            }
        }
        catch (Exception fault) when (fault is FormatException or CryptographicException)
        {
            throw new NodeJoinException($"{_options.From} gave what this node cannot use: {fault.Message}");
        }
    }

    private static string Message(byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.GetProperty("error").GetProperty("message").GetString() ?? "";
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return "it does not say why.";
        }
    }
}
