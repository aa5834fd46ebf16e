using System.Globalization;
using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
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
    private readonly Dictionary<string, HashSet<string>> _accepted = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();
    private readonly Lock _lock = new();

    public EmailChannel(string name, EmailOptions options, ISecretStore secrets)
    {
        Name = name;
        _options = options;
        _secrets = secrets;
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
        catch (AuthenticationException)
        {
            throw new AlertChannelException(
                $"{Target} refused the user name or the password.", isTransient: await HasChangedAsync(password, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception e) when (e is not AlertChannelException and not OperationCanceledException)
        {
            throw Translate(e, client);
        }

        Accepted(notification.Id, left.Where(l => client.Refused.All(r => r.Address != l.Address)));
        if (client.Refused.Count > 0)
            throw Refusal(client);
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
            NobodyAcceptedException => ("", false),
            SmtpCommandException e => (string.Create(CultureInfo.InvariantCulture, $"answered {(int)e.StatusCode}"), IsTransient((int)e.StatusCode)),
            SmtpProtocolException or ServiceNotConnectedException => ("ended the connection or does not speak SMTP as it should", true),
            SslHandshakeException => ("can't be spoken to through TLS: check the port, Security and the server's certificate", true),
            NotSupportedException when _options.Security == EmailSecurity.StartTls && !client.IsSecure => ("does not offer STARTTLS; set Security where that is meant", false),
            NotSupportedException => ("lacks what is needed, such as a way to sign in", false),
            SocketException e => ($"can't be connected to ({e.SocketErrorCode})", true),
            IOException => ("ended the connection", true),
            _ => ($"could not be sent to ({exception.GetType().Name})", true),
        };
        return exception is NobodyAcceptedException ? Refusal(client) : new AlertChannelException($"{Target} {what}.", isTransient);
    }

    private AlertChannelException Refusal(RefusalsClient client) => new(
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Target} refused {client.Refused.Count} of {_to.Length} recipients, with {string.Join(", ", client.Refused.Select(r => r.Code).Distinct().Order())}."),
        client.Refused.Any(r => IsTransient(r.Code)));

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
            return _accepted.TryGetValue(id, out HashSet<string>? accepted) ? [.. _to.Where(t => !accepted.Contains(t.Address))] : _to;
    }

    private void Accepted(string id, IEnumerable<MailboxAddress> by)
    {
        lock (_lock)
        {
            if (!_accepted.TryGetValue(id, out HashSet<string>? accepted))
            {
                _accepted.Add(id, accepted = new HashSet<string>(StringComparer.Ordinal));
                _order.Enqueue(id);
                if (_order.Count > Remembered)
                    _accepted.Remove(_order.Dequeue());
            }

            foreach (MailboxAddress address in by)
                accepted.Add(address.Address);
        }
    }
}
