using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MimeKit;
using SmtpServer;
using SmtpServer.Authentication;
using SmtpServer.Mail;
using SmtpServer.Protocol;
using SmtpServer.Storage;

namespace Varai.Smtp.Tests.Server;

/// <summary>A mail server in process that keeps what it is sent.</summary>
internal sealed class MailServer : IMessageStore, IMailboxFilter, IUserAuthenticator, IAsyncDisposable
{
    private readonly ConcurrentQueue<(MimeMessage Message, string[] To, bool IsSecure, string? User)> _received = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    public MailServer(bool offersTls = true, bool implicitTls = false)
    {
        Port = FreePort();
        ISmtpServerOptions options = new SmtpServerOptionsBuilder().ServerName("localhost").Endpoint(endpoint =>
        {
            endpoint.Endpoint(new IPEndPoint(IPAddress.Loopback, Port)).AllowUnsecureAuthentication(false).IsSecure(implicitTls);
            if (offersTls)
                endpoint.Certificate(Certificate);
        }).Build();
        var services = new SmtpServer.ComponentModel.ServiceProvider();
        services.Add((IMessageStore)this);
        services.Add((IMailboxFilter)this);
        services.Add((IUserAuthenticator)this);
        _running = new SmtpServer.SmtpServer(options, services).StartAsync(_stop.Token);
    }

    public int Port { get; }

    public static X509Certificate2 Certificate { get; } = CreateCertificate();

    public string Password { get; set; } = "s3cr3t-canary-password";

    /// <summary>The code that everything is refused with.</summary>
    public int? Fails { get; set; }

    /// <summary>The code that a recipient is refused with.</summary>
    public Dictionary<string, int> Refuses { get; } = [];

    public int Count => _received.Count;

    public IReadOnlyList<(MimeMessage Message, string[] To, bool IsSecure, string? User)> Received => [.. _received];

    public async Task<SmtpResponse> SaveAsync(ISessionContext context, IMessageTransaction transaction, ReadOnlySequence<byte> buffer, CancellationToken cancellationToken)
    {
        if (Fails is { } code)
            return new SmtpResponse((SmtpReplyCode)code, $"no: {Password}");
        using var stream = new MemoryStream(buffer.ToArray());
        MimeMessage message = await MimeMessage.LoadAsync(stream, cancellationToken);
        _received.Enqueue((message, [.. transaction.To.Select(t => t.AsAddress())], context.Pipe.IsSecure, context.Authentication.User));
        return SmtpResponse.Ok;
    }

    public Task<bool> CanAcceptFromAsync(ISessionContext context, IMailbox from, int size, CancellationToken cancellationToken) => Task.FromResult(true);

    public Task<bool> CanDeliverToAsync(ISessionContext context, IMailbox to, IMailbox from, CancellationToken cancellationToken) =>
        Refuses.TryGetValue(to.AsAddress(), out int code) ? throw new SmtpResponseException(new SmtpResponse((SmtpReplyCode)code, $"no: {to.AsAddress()}")) : Task.FromResult(true);

    public Task<bool> AuthenticateAsync(ISessionContext context, string user, string password, CancellationToken cancellationToken) =>
        Task.FromResult(user == "alerts" && password == Password);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static X509Certificate2 CreateCertificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), password: null);
    }
}
