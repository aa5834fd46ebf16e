using Varai.Monitoring;

namespace Varai.Testing.Monitoring;

/// <summary>What every <see cref="IAlertChannel"/> must do. Call <see cref="RunAsync"/> from one test, or each method from a test of its own; a broken
/// rule is a <see cref="ContractException"/>.</summary>
/// <remarks>It sends about ten notifications through the channel, to whatever the channel is connected to.</remarks>
public sealed class AlertChannelContract
{
    private static readonly DateTimeOffset At = new(2026, 12, 1, 9, 45, 0, TimeSpan.Zero);

    private readonly IAlertChannel _channel;
    private readonly Func<int> _received;

    /// <summary>Creates the contract for a channel.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="received">How many messages the other side has accepted so far.</param>
    public AlertChannelContract(IAlertChannel channel, Func<int> received)
    {
        ArgumentNullException.ThrowIfNull(channel);
        ArgumentNullException.ThrowIfNull(received);
        (_channel, _received) = (channel, received);
    }

    /// <summary>Lets the other side fail as in an outage, or (given <see langword="false"/>) work again.</summary>
    /// <value>Default: <see langword="null"/>; the rules that need it are left out.</value>
    public Action<bool>? BreakDown { get; init; }

    /// <summary>Values that no message may show, such as the channel's key.</summary>
    /// <value>Default: none.</value>
    public IReadOnlyCollection<string> Secrets { get; init; } = [];

    /// <summary>Checks every rule.</summary>
    /// <param name="cancellationToken">Stops the checks.</param>
    public async Task RunAsync(CancellationToken cancellationToken = default)
    {
        HasAName();
        HasASensibleLimit();
        await SendsAsync(cancellationToken).ConfigureAwait(false);
        await SendsWhatIsOverAsync(cancellationToken).ConfigureAwait(false);
        await SendsTheSameAgainAsync(cancellationToken).ConfigureAwait(false);
        await SendsEveryReasonAsync(cancellationToken).ConfigureAwait(false);
        await SendsWithNothingOptionalAsync(cancellationToken).ConfigureAwait(false);
        await SendsManyAlertsAsync(cancellationToken).ConfigureAwait(false);
        await SendsAnyTextAsync(cancellationToken).ConfigureAwait(false);
        await HonoursCancellationAsync(cancellationToken).ConfigureAwait(false);
        await FailsAloudAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The name is there, on one line, and stays.</summary>
    public void HasAName()
    {
        string name = _channel.Name;
        Check(!string.IsNullOrWhiteSpace(name) && !name.Any(char.IsControl) && name == _channel.Name, "Name is empty, has control characters or changes.");
    }

    /// <summary>A limit lets something through, and each notification takes at least one token.</summary>
    public void HasASensibleLimit()
    {
        if (_channel is not IRateLimitedAlertChannel limited)
            return;
        Check(limited.RateLimit is null or { Burst: >= 1, Interval.Ticks: > 0 }, $"RateLimit is {limited.RateLimit}: the burst must be at least 1, and the interval greater than zero.");
        int tokens = limited.CountTokens(Firing());
        Check(tokens >= 1, $"CountTokens gives {tokens}: sending takes at least 1.");
    }

    /// <summary>An alert that fires reaches the other side.</summary>
    /// <param name="cancellationToken">Stops the check.</param>
    public Task SendsAsync(CancellationToken cancellationToken = default) => CheckSentAsync(Firing(), "a notification that fires", cancellationToken);

    /// <summary>So does one that has ended.</summary>
    /// <param name="cancellationToken">Stops the check.</param>
    public async Task SendsWhatIsOverAsync(CancellationToken cancellationToken = default)
    {
        AlertNotification firing = Firing();
        await CheckSentAsync(firing, "a notification that fires", cancellationToken).ConfigureAwait(false);
        Alert ended = firing.Alerts[0] with { EndsAt = At };
        await CheckSentAsync(firing with { Id = NewId(), Alerts = [ended] }, "the end of an alert", cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A notification whose outcome was not known may come again; the other side may drop the copy, the channel does not fail.</summary>
    /// <param name="cancellationToken">Stops the check.</param>
    public async Task SendsTheSameAgainAsync(CancellationToken cancellationToken = default)
    {
        AlertNotification notification = Firing();
        await CheckSentAsync(notification, "a notification that fires", cancellationToken).ConfigureAwait(false);
        await SendAsync(notification, "a notification for the second time", cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Escalations, digests, signs of life and tests are sent, too.</summary>
    /// <param name="cancellationToken">Stops the check.</param>
    public async Task SendsEveryReasonAsync(CancellationToken cancellationToken = default)
    {
        foreach (AlertNotificationReason reason in Enum.GetValues<AlertNotificationReason>())
            await CheckSentAsync(Firing() with { Reason = reason }, $"a notification with the reason {reason}", cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Nothing that may be missing is taken for there.</summary>
    /// <param name="cancellationToken">Stops the check.</param>
    public Task SendsWithNothingOptionalAsync(CancellationToken cancellationToken = default)
    {
        var bare = new Alert { Labels = new Dictionary<string, string>(StringComparer.Ordinal), StartsAt = At };
        return CheckSentAsync(Firing() with { Alerts = [bare], GroupLabels = bare.Labels, ExternalUrl = null }, "an alert without name, labels and annotations", cancellationToken);
    }

    /// <summary>More alerts than fit are cut, not refused.</summary>
    /// <param name="cancellationToken">Stops the check.</param>
    public Task SendsManyAlertsAsync(CancellationToken cancellationToken = default)
    {
        AlertNotification one = Firing();
        Alert[] alerts = [.. Enumerable.Range(0, 500).Select(i => one.Alerts[0] with
        {
            Labels = new Dictionary<string, string>(one.Alerts[0].Labels, StringComparer.Ordinal) { ["instance"] = $"instance-{i}.{new string('x', 200)}" },
        })];
        return CheckSentAsync(one with { Alerts = alerts, TruncatedAlerts = 7 }, "a notification with 500 alerts", cancellationToken);
    }

    /// <summary>Whatever is in labels and annotations is text: it is escaped or cut, and never ends a header, a string or the message.</summary>
    /// <param name="cancellationToken">Stops the check.</param>
    public async Task SendsAnyTextAsync(CancellationToken cancellationToken = default)
    {
        string[] texts =
        [
            "\"'\\`${x}{y}%s%n<!channel><script>alert(1)</script>&amp;]]>", "a\r\nBcc: everybody@example.org\r\n\r\n.\r\n", "\0\u0001\u001b[31m\u2028\u2029\ufeff",
            "\ud800 half \udc00", "😀é漢字 \u202eright to left", new string('w', 100_000), "*bold* _it_ [link](http://example.org) @everyone <@U1>",
        ];
        foreach (string text in texts)
        {
            var labels = new Dictionary<string, string>(StringComparer.Ordinal) { [Alert.NameLabel] = text, ["other"] = text };
            var alert = new Alert
            {
                Labels = labels,
                Annotations = new Dictionary<string, string>(StringComparer.Ordinal) { ["summary"] = text, ["description"] = text },
                StartsAt = At,
                Value = double.NaN,
            };
            AlertNotification notification = Firing() with { Alerts = [alert], GroupLabels = labels, Receiver = text, Environment = text, GroupKey = NewId() + text };
            await CheckSentAsync(notification, $"an alert with the text {AlertText.Cut(AlertText.OneLine(text), 40)}", cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>A cancelled attempt ends as cancelled, and sends nothing.</summary>
    /// <param name="cancellationToken">Stops the check.</param>
    public async Task HonoursCancellationAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        int before = _received();
        try
        {
            await _channel.SendAsync(Firing(), new CancellationToken(canceled: true)).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            Check(_received() == before, "SendAsync with a cancelled token sends all the same.");
            return;
        }
        catch (Exception e)
        {
            throw new ContractException($"SendAsync with a cancelled token throws {e.GetType().Name}, not OperationCanceledException.", e);
        }

        throw new ContractException("SendAsync with a cancelled token succeeds.");
    }

    /// <summary>While the other side is away, sending fails in a way that says to try again, and works afterwards. No message shows a secret.</summary>
    /// <param name="cancellationToken">Stops the check.</param>
    public async Task FailsAloudAsync(CancellationToken cancellationToken = default)
    {
        if (BreakDown is null)
            return;
        AlertNotification notification = Firing();
        BreakDown(true);
        try
        {
            await _channel.SendAsync(notification, cancellationToken).ConfigureAwait(false);
            throw new ContractException("SendAsync succeeds although the other side fails.");
        }
        catch (Exception e) when (e is not ContractException and not OperationCanceledException)
        {
            Check(e is not AlertChannelException { IsTransient: false }, $"SendAsync says that trying again is of no use although the other side only fails for a while: {e.Message}");
            foreach (string secret in Secrets)
                Check(!e.ToString().Contains(secret, StringComparison.Ordinal), "The error shows a secret.");
        }
        finally
        {
            BreakDown(false);
        }

        foreach (string secret in Secrets)
            Check(_channel.ToString()?.Contains(secret, StringComparison.Ordinal) != true, "ToString shows a secret.");
        await CheckSentAsync(notification, "a notification after the other side was back", cancellationToken).ConfigureAwait(false);
    }

    private static string NewId() => $"contract-{Guid.NewGuid():N}";

    private static AlertNotification Firing()
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [Alert.NameLabel] = "varai_contract",
            [Alert.SeverityLabel] = "warning",
            ["region"] = "eu",
        };
        return new AlertNotification
        {
            Id = NewId(),
            Receiver = "contract",
            GroupKey = NewId(),
            GroupLabels = new Dictionary<string, string>(StringComparer.Ordinal) { [Alert.NameLabel] = "varai_contract" },
            At = At,
            Environment = "production",
            ExternalUrl = new Uri("https://dashboard.example.org/alerts?region=eu&x=1"),
            Alerts =
            [
                new Alert
                {
                    Labels = labels,
                    Annotations = new Dictionary<string, string>(StringComparer.Ordinal) { ["summary"] = "A contract is checked", ["runbook_url"] = "https://runbooks.example.org/a" },
                    StartsAt = At.AddMinutes(-5),
                    Value = 2412.75,
                    GeneratorUrl = new Uri("https://dashboard.example.org/rules/a"),
                },
            ],
        };
    }

    private static void Check(bool condition, string message)
    {
        if (!condition)
            throw new ContractException(message);
    }

    private async Task CheckSentAsync(AlertNotification notification, string what, CancellationToken cancellationToken)
    {
        int before = _received();
        await SendAsync(notification, what, cancellationToken).ConfigureAwait(false);
        Check(_received() > before, $"SendAsync of {what} succeeds, and nothing has reached the other side.");
    }

    private async Task SendAsync(AlertNotification notification, string what, CancellationToken cancellationToken)
    {
        try
        {
            await _channel.SendAsync(notification, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new ContractException($"SendAsync of {what} fails: {e.Message}", e);
        }
    }
}
