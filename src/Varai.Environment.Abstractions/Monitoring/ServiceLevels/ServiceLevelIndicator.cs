using System.Globalization;

namespace Varai.Monitoring.ServiceLevels;

/// <summary>What an objective counts: events that are valid, and how many of them are good. Immutable.</summary>
/// <remarks>Events come from the metric windows, every ten seconds; a time without events counts for nothing, neither good nor bad. Or they are slots of time, each
/// of which is up or down.</remarks>
public sealed record ServiceLevelIndicator
{
    private ServiceLevelIndicator(MetricQuery? valid, string description)
    {
        Valid = valid;
        Description = description;
    }

    /// <summary>Counts the valid events; <see langword="null"/> when <see cref="Uptime"/> tells.</summary>
    public MetricQuery? Valid { get; }

    /// <summary>The slots that are counted, of uptime; otherwise <see langword="null"/>.</summary>
    public UptimeSlots? Uptime { get; private init; }

    /// <summary>Counts the good events; <see langword="null"/> when <see cref="Bad"/> or <see cref="Threshold"/> tells.</summary>
    public MetricQuery? Good { get; private init; }

    /// <summary>Counts the bad events; <see langword="null"/> when <see cref="Good"/> or <see cref="Threshold"/> tells.</summary>
    public MetricQuery? Bad { get; private init; }

    /// <summary>The greatest value of a good event, in the unit of the metric; <see langword="null"/> when <see cref="Good"/> or <see cref="Bad"/>
    /// tells.</summary>
    public double? Threshold { get; private init; }

    /// <summary>The indicator in words.</summary>
    public string Description { get; }

    /// <summary>Good events of valid ones, such as requests that were answered of all requests.</summary>
    /// <param name="good">Series of a counter or histogram that count good events.</param>
    /// <param name="valid">Series of a counter or histogram that count valid events.</param>
    /// <exception cref="ArgumentException">A query is a ratio or groups.</exception>
    public static ServiceLevelIndicator GoodOf(MetricQuery good, MetricQuery valid) =>
        new(Counting(valid, nameof(valid)), $"good {Counting(good, nameof(good))} of {Counting(valid, nameof(valid))}") { Good = Counting(good, nameof(good)) };

    /// <summary>Valid events but for the bad ones, such as all requests but those answered with an error.</summary>
    /// <param name="bad">Series of a counter or histogram that count bad events.</param>
    /// <param name="valid">Series of a counter or histogram that count valid events.</param>
    /// <exception cref="ArgumentException">A query is a ratio or groups.</exception>
    public static ServiceLevelIndicator ErrorsOf(MetricQuery bad, MetricQuery valid) =>
        new(Counting(valid, nameof(valid)), $"bad {Counting(bad, nameof(bad))} of {Counting(valid, nameof(valid))}") { Bad = Counting(bad, nameof(bad)) };

    /// <summary>Values of a histogram up to a threshold of all its values, such as requests that took at most 300 ms. Values within 1 % of the
    /// threshold may count to either side.</summary>
    /// <param name="values">Series of a histogram.</param>
    /// <param name="threshold">The greatest good value, in the unit of the metric.</param>
    /// <exception cref="ArgumentException">The query is a ratio or groups.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The threshold is no finite number.</exception>
    public static ServiceLevelIndicator AtMost(MetricQuery values, double threshold) => double.IsFinite(threshold)
        ? new(Counting(values, nameof(values)), string.Create(CultureInfo.InvariantCulture, $"values up to {threshold} of {Counting(values, nameof(values))}")) { Threshold = threshold }
        : throw new ArgumentOutOfRangeException(nameof(threshold), threshold, "A threshold is a finite number.");

    /// <summary>Slots of time in which something is up, of all slots but those of maintenance and those without data that are excluded.</summary>
    /// <param name="slots">What is probed, and how slots are counted.</param>
    /// <exception cref="ArgumentException">The length of a slot is not possible.</exception>
    public static ServiceLevelIndicator UptimeOf(UptimeSlots slots)
    {
        ArgumentNullException.ThrowIfNull(slots);
        if (slots.Length < TimeSpan.FromSeconds(10) || slots.Length > TimeSpan.FromHours(1) || slots.Length.Ticks % TimeSpan.FromSeconds(10).Ticks != 0)
            throw new ArgumentException($"A slot of uptime lasts {slots.Length:c}; it is from 10 seconds to 1 hour, in whole multiples of 10 seconds.", nameof(slots));
        return new(valid: null, $"up {slots}") { Uptime = slots };
    }

    /// <summary>The indicator in words.</summary>
    public override string ToString() => Description;

    private static MetricQuery Counting(MetricQuery query, string name)
    {
        ArgumentNullException.ThrowIfNull(query, name);
        return query.Function != MetricFunction.Ratio && query.Grouping is { Count: 0 }
            ? query.Increase().Over(TimeSpan.FromSeconds(10))
            : throw new ArgumentException($"'{query}' does not count events: a ratio and a query that groups can't.", name);
    }
}
