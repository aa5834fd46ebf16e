using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using MimeKit;
using Varai.Monitoring;
using Varai.Secrets;
using Varai.Smtp.Monitoring;
using Varai.Smtp.Tests.Server;
using Varai.Testing.Monitoring;
using Varai.Testing.Secrets;

namespace Varai.Smtp.Tests.Monitoring;

public sealed class EmailChannelTests
{
    private static readonly DateTimeOffset At = new(2026, 12, 1, 9, 45, 0, TimeSpan.Zero);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Send_Firing_IsTextAndHtmlThroughTls()
    {
        await using var server = new MailServer();
        using Channels host = Host(server);
        await host.SendAsync(Notification("n"));

        (MimeMessage message, string[] to, bool isSecure, string? user) = Assert.Single(server.Received);
        Assert.Equal((true, "alerts"), (isSecure, user));
        Assert.Equal(["team@example.org", "boss@example.org"], to);
        Assert.Equal(("CRITICAL slow (production)", At, MessageImportance.High), (message.Subject, message.Date, message.Importance));
        Assert.Equal(("\"Alerts, all\" <alerts@example.org>", "auto-generated"), (message.From.ToString(), message.Headers["Auto-Submitted"]));
        Assert.Equal("Orders are <slow> & late\nValue: 2412.75\nLabels: region=eu\nSince: 2026-12-01T09:40:00Z\nhttps://runbooks.example/?a=1&b=2", message.TextBody!.ReplaceLineEndings("\n").TrimEnd());
        Assert.Contains("<h2 style=\"color:#b42318\">CRITICAL slow (production)</h2>", message.HtmlBody!, StringComparison.Ordinal);
        Assert.Contains("Orders are &lt;slow&gt; &amp; late<br>", message.HtmlBody!, StringComparison.Ordinal);
        Assert.Contains("<a href=\"https://runbooks.example/?a=1&amp;b=2\">", message.HtmlBody!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_OfAGroup_IsOneThreadAndTheSameNotificationTheSameMessage()
    {
        await using var server = new MailServer();
        using Channels host = Host(server);
        await host.SendAsync(Notification("a", "group"));
        await host.SendAsync(Notification("b", "group") with { Alerts = [Slow() with { EndsAt = At }] });
        await host.SendAsync(Notification("c", "other"));
        using Channels again = Host(server);
        await again.SendAsync(Notification("a", "group"));

        MimeMessage[] sent = [.. server.Received.Select(r => r.Message)];
        Assert.Equal(sent[0].References.Single(), sent[1].References.Single());
        Assert.Equal(sent[0].InReplyTo, sent[0].References.Single());
        Assert.NotEqual(sent[0].References.Single(), sent[2].References.Single());
        Assert.Equal(3, sent.Select(m => m.MessageId).Distinct().Count());
        Assert.Equal(sent[0].MessageId, sent[3].MessageId);
        Assert.EndsWith("@example.org", sent[0].MessageId, StringComparison.Ordinal);
        Assert.Equal("RESOLVED slow (production)", sent[1].Subject);
    }

    [Fact]
    public async Task Send_TextThatWouldBeAHeader_IsNone()
    {
        await using var server = new MailServer();
        using Channels host = Host(server, o => o.Message.Title = "{label.alertname}");
        Alert alert = Slow() with { Labels = new Dictionary<string, string> { [Alert.NameLabel] = "a\r\nBcc: victim@example.org\r\n\r\nbody" } };
        await host.SendAsync(Notification("n") with { Alerts = [alert] });

        (MimeMessage message, string[] to, _, _) = Assert.Single(server.Received);
        Assert.Equal("a Bcc: victim@example.org body", message.Subject);
        Assert.Empty(message.Bcc);
        Assert.Equal(2, to.Length);
    }

    [Fact]
    public async Task Send_ToAServerWithoutStartTls_SendsNothing()
    {
        await using var server = new MailServer(offersTls: false);
        using Channels host = Host(server);
        AlertChannelException error = await host.FailAsync(Notification("n"));
        Assert.Equal((false, "The mail server (alert channel 'email') does not offer STARTTLS; set Security where that is meant."), (error.IsTransient, error.Message));
        Assert.Equal(0, server.Count);

        using Channels plain = Host(server, o => (o.Security, o.Username, o.PasswordSecret) = (EmailSecurity.None, null, null));
        await plain.SendAsync(Notification("n"));
        Assert.Equal(1, server.Count);
    }

    [Fact]
    public async Task Send_ThroughImplicitTls_Arrives()
    {
        await using var server = new MailServer(implicitTls: true);
        using Channels host = Host(server, o => o.Security = EmailSecurity.ImplicitTls);
        await host.SendAsync(Notification("n"));
        Assert.True(Assert.Single(server.Received).IsSecure);
    }

    [Fact]
    public async Task Send_ACertificateThatNobodyVouchesFor_SendsNothing()
    {
        await using var server = new MailServer();
        using Channels host = Host(server, o => o.ConfigureClient = null);
        AlertChannelException error = await host.FailAsync(Notification("n"));
        Assert.True(error.IsTransient);
        Assert.Contains("TLS", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, server.Count);
    }

    [Fact]
    public async Task Send_AWrongPassword_FailsForGoodUnlessItWasReplaced()
    {
        await using var server = new MailServer();
        using Channels host = Host(server);
        await host.SendAsync(Notification("a"));
        server.Password = "the new one";
        Assert.False((await host.FailAsync(Notification("b"))).IsTransient);
        await host.Services.GetRequiredService<ISecretStore>().GetSecretAsync("smtp", Token);
        host.Secrets.Set("smtp", "the new one");
        Assert.True((await host.FailAsync(Notification("b"))).IsTransient);
        await host.SendAsync(Notification("b"));
    }

    [Theory]
    [InlineData(451, true)]
    [InlineData(452, true)]
    [InlineData(552, false)]
    [InlineData(554, false)]
    public async Task Send_Refused_IsTransientForFourAndFinalForFive(int code, bool isTransient)
    {
        await using var server = new MailServer { Fails = code };
        using Channels host = Host(server);
        AlertChannelException error = await host.FailAsync(Notification("n"));
        Assert.Equal((isTransient, $"The mail server (alert channel 'email') answered {code}."), (error.IsTransient, error.Message));
    }

    [Fact]
    public async Task Send_SomebodyIsRefused_TheOthersGetItOnce()
    {
        await using var server = new MailServer { Refuses = { ["boss@example.org"] = 450 } };
        using Channels host = Host(server);
        AlertChannelException error = await host.FailAsync(Notification("n"));
        Assert.Equal((true, "The mail server (alert channel 'email') refused 1 of 2 recipients, with 450."), (error.IsTransient, error.Message));
        Assert.Equal(["team@example.org"], Assert.Single(server.Received).To);
        server.Refuses.Clear();
        await host.SendAsync(Notification("n"));
        Assert.Equal(["boss@example.org"], server.Received[1].To);

        server.Refuses["boss@example.org"] = server.Refuses["team@example.org"] = 550;
        Assert.Equal(
            (false, "The mail server (alert channel 'email') refused 2 of 2 recipients, with 550."),
            ((error = await host.FailAsync(Notification("m"))).IsTransient, error.Message));
    }

    [Fact]
    public async Task Send_SomebodyIsRefusedForGood_IsSentAndSaysSo()
    {
        await using var server = new MailServer { Refuses = { ["boss@example.org"] = 550 } };
        using Channels host = Host(server, o => o.To.Add("third@example.org"));
        await host.SendAsync(Notification("n"));
        Assert.Equal(["team@example.org", "third@example.org"], Assert.Single(server.Received).To);
        string said = Assert.Single(host.Logs.GetSnapshot(), r => r.Id.Id == 1571).Message;
        Assert.Contains("refused 1 of 3 recipients for good, with 550", said, StringComparison.Ordinal);
        Assert.DoesNotContain("boss", said, StringComparison.Ordinal);

        server.Refuses["third@example.org"] = 450;
        Assert.True((await host.FailAsync(Notification("m"))).IsTransient);
        server.Refuses["third@example.org"] = 551;
        await host.SendAsync(Notification("m"));
        Assert.Equal(["team@example.org"], server.Received[1].To);
        Assert.Equal(2, server.Count);
    }

    [Fact]
    public async Task Contract_OfEmail_IsKept()
    {
        await using var server = new MailServer();
        using Channels host = Host(server);
        await new AlertChannelContract(host.Channel, () => server.Count) { BreakDown = broken => server.Fails = broken ? 451 : null, Secrets = [server.Password] }.RunAsync(Token);
    }

    [Fact]
    public async Task Secrets_WhateverFails_AreShownNowhere()
    {
        await using var server = new MailServer { Fails = 554 };
        using Channels host = Host(server);
        var seen = new StringBuilder((await host.FailAsync(Notification("n"))).ToString());
        string canary = server.Password;
        server.Password = "another";
        seen.Append(await host.FailAsync(Notification("n"))).Append(host.Channel);
        using Channels nowhere = Host(server, o => o.Port = 1);
        seen.Append(await nowhere.FailAsync(Notification("n")));

        Assert.Contains("refused the user name or the password", seen.ToString(), StringComparison.Ordinal);
        Assert.Contains("can't be connected to", seen.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(canary, seen.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddEmail_TwoFromConfiguration_AreTwoChannelsWithAllTheirSettings()
    {
        HostApplicationBuilder builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(settings: null);
        foreach ((string key, string value) in new (string, string)[]
        {
            ("Email:Host", "a"), ("Email:From", "a@example.org"), ("Email:To:0", "b@example.org"), ("Email:Security", "ImplicitTls"), ("Email:Port", "465"),
            ("Email:Username", "u"), ("Email:Password", "p"), ("Email:Message:Title", "{title}!"), ("email-eu:Host", "b"), ("email-eu:From", "c@example.org"), ("email-eu:To:0", "d@example.org"),
        })
            builder.Configuration[$"Varai:{key}"] = value;
        builder.AddVarai().AddEmail().AddEmail("email-eu", o => o.Port = 2525).AddEmail("email-eu", o => o.PasswordSecret = null).UseInMemoryState();
        using IHost host = builder.Build();
        await host.StartAsync(Token);

        Assert.Equal(["email", "email-eu"], host.Services.GetServices<IAlertChannel>().Select(c => c.Name));
        EmailOptions options = host.Services.GetRequiredService<IOptionsMonitor<EmailOptions>>().Get("email");
        Assert.Equal(("a", 465, EmailSecurity.ImplicitTls, "u", "p", "{title}!"), (options.Host, options.Port, options.Security, options.Username, options.Password, options.Message.Title));
        Assert.Equal(2525, host.Services.GetRequiredService<IOptionsMonitor<EmailOptions>>().Get("email-eu").Port);
        await host.StopAsync(Token);
    }

    [Fact]
    public void Validate_Mistakes_AreRefused()
    {
        var options = new EmailOptions { Port = 0, Username = "u", Password = "s3cr3t", PasswordSecret = "p", Security = EmailSecurity.None, From = "nobody\r\nBcc: x@y" };
        options.To.Add("no address");
        options.Message.Title = "{x}";
        Assert.Equal(
            [
                "Varai:Email:Host must be set.", "Varai:Email:Port is '0', but must be from 1 to 65535.", "Varai:Email:Security is None, but a password is only sent through TLS.",
                "Varai:Email:Password and PasswordSecret are both set; set one.", "Varai:Email:From is 'nobody Bcc: x@y', but must be an address.",
                "Varai:Email:To:0 is 'no address', but must be an address.", "Varai:Email:Message:Title has the place '{x}', which is not known.",
            ],
            new EmailOptionsValidator().Validate("email", options).Failures);
    }

    private static Alert Slow() => new()
    {
        Labels = new Dictionary<string, string> { [Alert.NameLabel] = "slow", [Alert.SeverityLabel] = "critical", ["region"] = "eu" },
        Annotations = new Dictionary<string, string> { ["summary"] = "Orders are <slow> & late", ["runbook_url"] = "https://runbooks.example/?a=1&b=2" },
        StartsAt = At.AddMinutes(-5),
        Value = 2412.75,
    };

    private static AlertNotification Notification(string id, string? group = null) => new()
    {
        Id = id,
        Receiver = "team",
        GroupKey = group ?? id,
        GroupLabels = new Dictionary<string, string>(),
        At = At,
        Environment = "production",
        Alerts = [Slow()],
    };

    private static Channels Host(MailServer server, Action<EmailOptions>? configure = null)
    {
        HostApplicationBuilder builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(settings: null);
        var secrets = new InMemorySecretProvider();
        secrets.Set("smtp", server.Password);
        builder.AddVarai().AddSecretProvider(secrets).UseInMemoryState().AddEmail(o =>
        {
            (o.Host, o.Port, o.Username, o.PasswordSecret, o.From) = ("localhost", server.Port, "alerts", "smtp", "\"Alerts, all\" <alerts@example.org>");
            o.To.Add("team@example.org");
            o.To.Add("The Boss <boss@example.org>");
            o.ConfigureClient = client => client.ServerCertificateValidationCallback = (_, certificate, _, _) => certificate?.GetCertHashString() == MailServer.Certificate.GetCertHashString();
            configure?.Invoke(o);
        });
        var logs = new FakeLogCollector();
        builder.Logging.AddProvider(new FakeLoggerProvider(logs));
        return new Channels(builder.Build(), secrets, logs);
    }

    private sealed class Channels(IHost host, InMemorySecretProvider secrets, FakeLogCollector logs) : IDisposable
    {
        public IServiceProvider Services => host.Services;

        public InMemorySecretProvider Secrets => secrets;

        public FakeLogCollector Logs => logs;

        public IAlertChannel Channel => Services.GetRequiredService<IAlertChannel>();

        public Task SendAsync(AlertNotification notification) => Channel.SendAsync(notification, Token);

        public Task<AlertChannelException> FailAsync(AlertNotification notification) => Assert.ThrowsAsync<AlertChannelException>(() => SendAsync(notification));

        public void Dispose() => host.Dispose();
    }
}
