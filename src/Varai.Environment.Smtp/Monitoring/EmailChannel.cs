using System.Globalization;
using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Logging;
using MimeKit;
using Varai.Monitoring;
using Varai.Secrets;

namespace Varai.Smtp.Monitoring;

/// <summary>Sends notifications by email. Texts of the server's go into no message: they may quote addresses and more.</summary>
internal sealed class EmailChannel : IAlertChannel
{
    private const int Remembered = 64;

    private readonly EmailOptions _options;
    private readonly ISecretStore _secrets;
    private readonly MailboxAddress _from;
    private readonly MailboxAddress[] _to;
    private readonly ILogger _logger;
    private readonly Dictionary<string, EmailProgress> _known = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();
    private readonly Lock _lock = new();

    public EmailChannel(string name, EmailOptions options, ISecretStore secrets, ILogger<EmailChannel> logger)
    {
        Name = name;
        _options = options;
        _secrets = secrets;
        _logger = logger;
        _from = EmailOptionsValidator.TryParse(options.From)!;
        _to = [.. options.To.Select(t => EmailOptionsValidator.TryParse(t)!)];
    }

    public string Name { get; }

    private string Target => $"The mail server (alert channel '{Name}')";

    public async Task SendAsync(AlertNotification notification, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(notification);
        cancellationToken.ThrowIfCancellationRequested();
        MailboxAddress[] left = Left(notification.Id);
        if (left.Length == 0)
            left = _to; // it is told again although all have it: whoever tells does not know
        using MimeMessage message = EmailMessage.Create(notification, _options.Message, _from, _to);
        string password = await PasswordAsync(cancellationToken).ConfigureAwait(false);
        using var client = new RefusalsClient();
        _options.ConfigureClient?.Invoke(client);
        client.CheckCertificateRevocation = false; // as everywhere in .NET: a list that can't be fetched would keep alerts back
        try
        {
            await SendAsync(client, message, left, password, cancellationToken).ConfigureAwait(false);
        }
        catch (NobodyAcceptedException)
        {
            // Others may have accepted it before; who was refused, and with what, is looked at below.
        }
        catch (AuthenticationException)
        {
            throw new AlertChannelException(
                $"{Target} refused the user name or the password.", isTransient: await HasChangedAsync(password, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception e) when (e is not AlertChannelException and not NobodyAcceptedException and not OperationCanceledException)
        {
            throw Translate(e, client);
        }

        Conclude(notification.Id, left, client);
    }

    private async Task SendAsync(RefusalsClient client, MimeMessage message, MailboxAddress[] to, string password, CancellationToken cancellationToken)
    {
        SecureSocketOptions security = _options.Security switch
        {
            EmailSecurity.StartTls => SecureSocketOptions.StartTls,
            EmailSecurity.ImplicitTls => SecureSocketOptions.SslOnConnect,
            _ => SecureSocketOptions.None,
        };
        await client.ConnectAsync(_options.Host, _options.Port, security, cancellationToken).ConfigureAwait(false);
        if (!string.IsNullOrEmpty(_options.Username))
            await client.AuthenticateAsync(_options.Username, password, cancellationToken).ConfigureAwait(false);
        await client.SendAsync(message, _from, to, cancellationToken).ConfigureAwait(false);
        try
        {
            await client.DisconnectAsync(quit: true, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // The message was accepted; how the connection ends says nothing of it.
        }
    }

    private AlertChannelException Translate(Exception exception, RefusalsClient client)
    {
        (string what, bool isTransient) = exception switch
        {
            SmtpCommandException e => (string.Create(CultureInfo.InvariantCulture, $"answered {(int)e.StatusCode}"), IsTransient((int)e.StatusCode)),
            SmtpProtocolException or ServiceNotConnectedException => ("ended the connection or does not speak SMTP as it should", true),
            SslHandshakeException => ("can't be spoken to through TLS: check the port, Security and the server's certificate", true),
            NotSupportedException when _options.Security == EmailSecurity.StartTls && !client.IsSecure => ("does not offer STARTTLS; set Security where that is meant", false),
            NotSupportedException => ("lacks what is needed, such as a way to sign in", false),
            SocketException e => ($"can't be connected to ({e.SocketErrorCode})", true),
            IOException => ("ended the connection", true),
            _ => ($"could not be sent to ({exception.GetType().Name})", true),
        };
        return new AlertChannelException($"{Target} {what}.", isTransient);
    }

    /// <summary>Says how it went: sent when somebody has it and trying again helps nobody else.</summary>
    /// <exception cref="AlertChannelException">Trying again may help somebody, or nobody has got it.</exception>
    private void Conclude(string id, MailboxAddress[] left, RefusalsClient client)
    {
        var refused = client.Refused.ToLookup(r => IsTransient(r.Code));
        bool isSentToSomebody;
        lock (_lock)
        {
            EmailProgress progress = Progress(id);
            progress.Accepted.UnionWith(left.Select(l => l.Address).Except(client.Refused.Select(r => r.Address), StringComparer.Ordinal));
            progress.Refused.UnionWith(refused[false].Select(r => r.Address));
            isSentToSomebody = progress.Accepted.Count > 0;
            if (!isSentToSomebody)
                progress.Refused.Clear(); // whoever tries again wants all of them to be tried
        }

        string codes = string.Join(", ", client.Refused.Select(r => r.Code).Distinct().Order());
        if (isSentToSomebody && refused[false].Any())
            Tell(id, refused[false].Count(), string.Join(", ", refused[false].Select(r => r.Code).Distinct().Order()));
        if (refused[true].Any() || !isSentToSomebody)
        {
            throw new AlertChannelException(
                string.Create(CultureInfo.InvariantCulture, $"{Target} refused {client.Refused.Count} of {_to.Length} recipients, with {codes}."), refused[true].Any());
        }
    }

    private void Tell(string id, int refused, string codes)
    {
        try
        {
            _logger.RecipientsRefused(Name, id, refused, _to.Length, codes);
        }
        catch (Exception)
        {
            // A message that was sent is not sent again because of a logger.
        }
    }

    // RFC 5321, 4.2.1.
    private static bool IsTransient(int code) => code is >= 400 and <= 499;

    private async ValueTask<string> PasswordAsync(CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(_options.PasswordSecret))
            return _options.Password ?? "";
        try
        {
            return (await _secrets.GetSecretAsync(_options.PasswordSecret, cancellationToken).ConfigureAwait(false)).Trim();
        }
        catch (SecretException e)
        {
            throw new AlertChannelException(
                $"The secret '{_options.PasswordSecret}' (PasswordSecret of the alert channel '{Name}') can't be read: {e.Message}", isTransient: true);
        }
    }

    private async ValueTask<bool> HasChangedAsync(string refused, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(_options.PasswordSecret))
            return false;
        _secrets.Invalidate(_options.PasswordSecret);
        return await PasswordAsync(cancellationToken).ConfigureAwait(false) != refused;
    }

    private MailboxAddress[] Left(string id)
    {
        lock (_lock)
            return _known.TryGetValue(id, out EmailProgress? progress) ? [.. _to.Where(t => !progress.IsOver(t.Address))] : _to;
    }

    private EmailProgress Progress(string id)
    {
        if (_known.TryGetValue(id, out EmailProgress? progress))
            return progress;
        _known.Add(id, progress = new EmailProgress());
        _order.Enqueue(id);
        if (_order.Count > Remembered)
            _known.Remove(_order.Dequeue());
        return progress;
    }
}
