using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Security.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;

namespace Stele.Cli.Bench.Servers;

/// <summary>
/// The hidden command that is the yardstick: an HTTPS endpoint that reads the body and answers as many bytes as the path's
/// first part says, and does nothing else.
/// </summary>
internal static class BareKestrel
{
    public const string CommandName = "bench-kestrel";
    private static readonly byte[] Answers = new byte[16 * 1024 * 1024];

    public static Command Create()
    {
        var certificate = new Argument<string>("certificate") { Description = "where to write its certificate" };
        var command = new Command(CommandName, "The bare endpoint that stele bench compares with.") { certificate };
        command.Hidden = true;
        command.SetAction((parsed, cancel) => RunAsync(parsed.GetRequiredValue(certificate), cancel));
        return command;
    }

    private static async Task<int> RunAsync(string certificatePath, CancellationToken cancel)
    {
        using var certificate = ServerCertificate.Create();
        await File.WriteAllTextAsync(certificatePath, certificate.ExportCertificatePem(), cancel);
        Array.Fill(Answers, (byte)'x');
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(https =>
            {
                https.ServerCertificate = certificate;
                https.SslProtocols = SslProtocols.Tls13;
                https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
#pragma warning disable CA5359 // As the ledger does: whoever shows a certificate is let through, and only proves a key.
                https.ClientCertificateValidation = (_, _, _) => true;
#pragma warning restore CA5359
            }));
        });
        await using var app = builder.Build();
        app.Run(AnswerAsync);
        await app.StartAsync(cancel);
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Console.Out.WriteLine($"ready {new Uri(address).Port}");
        // It ends with the process that started it, whose end of the pipe this is.
        await Console.In.ReadToEndAsync(cancel);
        return ExitCode.Ok;
    }

    private static async Task AnswerAsync(HttpContext http)
    {
        var body = http.Request.BodyReader;
        while (true)
        {
            var read = await body.ReadAsync();
            body.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted) break;
        }
        var path = http.Request.Path.Value.AsSpan(1);
        var length = int.Parse(path[..path.IndexOf('/')], CultureInfo.InvariantCulture);
        http.Response.ContentLength = length;
        await http.Response.BodyWriter.WriteAsync(Answers.AsMemory(0, length));
    }
}
