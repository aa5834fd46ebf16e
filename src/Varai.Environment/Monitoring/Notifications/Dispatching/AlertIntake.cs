namespace Varai.Monitoring.Notifications.Dispatching;

/// <summary>Takes in what is told of alerts: puts together what several senders say of one, and notes when it begins and ends.</summary>
internal sealed class AlertIntake(DispatchState state, FlapDamping flaps, TimeSpan resolveTimeout)
{
    /// <summary>Takes an alert in.</summary>
    /// <returns>What is known of it now; null for one that has ended and was not known.</returns>
    public AlertEntry? Take(Alert alert, Instant at)
    {
        AlertEntry told = Read(alert, at);
        if (!state.Alerts.TryGetValue(told.Fingerprint, out AlertEntry? known))
        {
            if (!told.IsFiring(at.Now))
                return null;
            state.Alerts.Add(told.Fingerprint, told);
            Look(told, at);
            return told;
        }

        Look(known, at);
        if (known.EndedByHandAt is { } ended && told.From <= ended)
        {
            known.UpdatedAt = at.Now;
            state.Touch(known);
            return known;
        }

        Merge(known, told, at.Now);
        Look(known, at);
        return known;
    }

    /// <summary>Notes whether the alert has begun or ended since it was last looked at.</summary>
    public void Look(AlertEntry alert, Instant at)
    {
        bool isFiring = alert.IsFiring(at.Now);
        if (isFiring == alert.IsOpen)
        {
            state.Touch(alert);
            return;
        }

        alert.IsOpen = isFiring;
        if (isFiring)
            state.Count(alert.Name, at.Wall).Fired++;
        if (flaps.Note(alert, at.Now))
            state.Count(alert.Name, at.Wall).Flaps++;

        // While it flaps nobody knows whether it has ended, and whoever takes care is not asked again each time.
        if (!flaps.IsFlapping(alert, at.Now))
            alert.Ack = null;
        state.Touch(alert);
    }

    public void EndByHand(AlertEntry alert, Instant at)
    {
        alert.EndsAt = at.Now;
        alert.EndedByHandAt = at.Now;
        alert.IsTimeout = false;
        alert.UpdatedAt = at.Now;
        alert.Changes.Clear();
        Look(alert, at);
    }

    private AlertEntry Read(Alert alert, Instant at)
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach ((string name, string value) in alert.Labels)
        {
            if (value.Length > 0)
                labels[name] = value;
        }

        return new AlertEntry
        {
            Fingerprint = alert.Fingerprint,
            Labels = labels,
            Annotations = new SortedDictionary<string, string>(alert.Annotations.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal),
            StartsAt = alert.StartsAt,
            From = at.FromWall(alert.StartsAt),
            EndsAt = alert.EndsAt is { } end ? at.FromWall(end) : at.Now + resolveTimeout,
            IsTimeout = alert.EndsAt is null,
            UpdatedAt = at.Now,
            Value = alert.Value,
            GeneratorUrl = alert.GeneratorUrl,
        };
    }

    /// <summary>Two that overlap are one occurrence: it began when the first did, and the latest end that somebody named counts. Otherwise the
    /// later one takes the place of the other.</summary>
    private static void Merge(AlertEntry known, AlertEntry told, DateTimeOffset now)
    {
        bool overlaps = (told.EndsAt > known.From && told.EndsAt < known.EndsAt) || (told.From > known.From && told.From < known.EndsAt);
        if (!overlaps || told.From < known.From)
            (known.StartsAt, known.From) = (told.StartsAt, told.From);

        bool keepsEnd = overlaps && known.EndsAt > told.EndsAt
            && (told.EndsAt <= now ? known.EndsAt <= now : !known.IsTimeout);
        if (!keepsEnd)
            (known.EndsAt, known.IsTimeout) = (told.EndsAt, told.IsTimeout);
        known.EndedByHandAt = null;
        known.Annotations = told.Annotations;
        known.UpdatedAt = told.UpdatedAt;
        known.Value = told.Value;
        known.GeneratorUrl = told.GeneratorUrl;
    }
}
