using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Varai.Monitoring.Sketches;

namespace Varai.Monitoring.Windows;

/// <summary>The default sink: keeps what is recorded in windows of bounded size, and answers queries from them.</summary>
internal sealed class MetricWindows : IMetricSink, IMetricWindows, IDisposable
{
    private readonly MonitoringOptions _options;
    private readonly GuardedLogger _logger;
    private readonly WindowClock _clock;
    private readonly WindowLayout _layout;
    private readonly SketchCounts _scratch = new();
    private readonly ConcurrentDictionary<string, MetricStore> _byName = new(StringComparer.Ordinal);
    private readonly WindowReading _read;
    private readonly ITimer _timer;

    // Held while slots are moved or read; recording never takes it.
    private readonly Lock _reading = new();
    private readonly Lock _adding = new();
    private int _open;

    // By the instruments' ids; a metric that is not kept has no store.
    private (MetricStore? Store, bool IsKnown)[] _byId = [];

    public MetricWindows(IOptions<MonitoringOptions> options, TimeProvider time, ILogger<MetricWindows> logger)
    {
        _options = options.Value;
        _logger = new GuardedLogger(logger);
        _clock = new WindowClock(time);
        _layout = new WindowLayout(_options);
        _read = new WindowReading(_layout, _clock, _scratch, StoreOf);
        _open = SlotOf(_clock.Now);
        _timer = time.CreateTimer(static self => ((MetricWindows)self!).Tick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(UntilNextSlot(), Timeout.InfiniteTimeSpan);
    }

    public void Record(MetricInstrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        (MetricStore? Store, bool IsKnown)[] byId = Volatile.Read(ref _byId);
        (MetricStore? store, bool isKnown) = instrument.Id < byId.Length ? byId[instrument.Id] : default;
        if (!isKnown)
            store = Add(instrument);
        store?.Record(value, labels);
    }

    public IReadOnlyList<MetricInfo> GetMetrics() =>
    [
        .. _byName.Values.OrderBy(store => store.Instrument.Name, StringComparer.Ordinal)
            .Select(store => new MetricInfo(store.Instrument.Name, store.Instrument.Kind, store.Count)
            {
                Unit = store.Instrument.Unit,
                Description = store.Instrument.Description,
                HasOverflowed = store.HasOverflowed,
            }),
    ];

    public double? GetValue(MetricQuery query, DateTimeOffset? at = null)
    {
        ArgumentNullException.ThrowIfNull(query);
        return query.Grouping is { Count: 0 }
            ? GetValues(query, at)[0].Value
            : throw new ArgumentException($"The query '{query}' gives a value for each group; use GetValues.", nameof(query));
    }

    public IReadOnlyList<MetricValue> GetValues(MetricQuery query, DateTimeOffset? at = null) => Ask(query, at, explains: false).Values;

    public MetricExplanation Explain(MetricQuery query, DateTimeOffset? at = null) => Ask(query, at, explains: true);

    public void Dispose() => _timer.Dispose();

    /// <summary>Reads plans, all as of one moment. Allocates nothing while no series come or go.</summary>
    /// <param name="plans">The plans; one that can't be answered has an error afterwards.</param>
    public void Read(ReadOnlySpan<QueryPlan> plans)
    {
        lock (_reading)
        {
            _read.Begin(Advance(), _open, at: null, explains: false);
            foreach (QueryPlan plan in plans)
            {
                try
                {
                    plan.Read(_read);
                    plan.Error = null;
                }
                catch (InvalidOperationException e)
                {
                    plan.Error = e.Message;
                }
            }

            _scratch.Clear();
        }
    }

    private MetricExplanation Ask(MetricQuery query, DateTimeOffset? at, bool explains)
    {
        ArgumentNullException.ThrowIfNull(query);
        var plan = new QueryPlan(query);
        lock (_reading)
        {
            _read.Begin(Advance(), _open, at, explains);
            try
            {
                plan.Read(_read);
                SlotRange range = _read.RangeOf(query.Range);
                var values = new MetricValue[plan.Groups.Length];
                for (int i = 0; i < values.Length; i++)
                    values[i] = new MetricValue(plan.Groups[i].Labels, double.IsNaN(plan.Values[i]) ? null : plan.Values[i]);
                return new MetricExplanation(query, _clock.WallOf(WindowReading.From(range)), _clock.WallOf(_read.To(range)), values, _read.Totals.Explained);
            }
            finally
            {
                _scratch.Clear();
            }
        }
    }

    private MetricStore? StoreOf(string metric)
    {
        if (!_byName.TryGetValue(metric, out MetricStore? store))
            return null;
        AdoptLate(store);
        return store;
    }

    private void Tick()
    {
        try
        {
            lock (_reading)
                Advance();
        }
        catch (Exception e)
        {
            // An exception of a timer would end the process.
            _logger.SlotFailed(e);
        }

        // From the present to the next boundary, so that a late timer does not make the next one late. Disposed meanwhile, it does nothing.
        _timer.Change(UntilNextSlot(), Timeout.InfiniteTimeSpan);
    }

    /// <summary>Ends the open slot when its time is over: what gathered in the series belongs to it.</summary>
    private long Advance()
    {
        long now = _clock.Now;
        int slot = SlotOf(now);
        if (slot <= _open)
            return now;
        foreach (MetricStore store in _byName.Values)
            MoveAll(store);
        _open = slot;
        return now;
    }

    private void MoveAll(MetricStore store)
    {
        HashSet<Series>? ended = null;
        int idle = _open - (int)(_options.IdleAfter.Ticks / WindowLayout.TicksOfSlot);
        int forgotten = _layout.FirstTen(_open) * WindowLayout.SlotsOfTen;
        bool isFull = store.IsFull;
        AdoptLate(store);
        foreach (Series series in store.All())
        {
            series.MoveTo(_open, series, _layout, _scratch);
            if (series.CanEnd && series.LastSlot >= 0 && series.LastSlot < (isFull ? idle : Math.Min(idle, forgotten)) && !ReferenceEquals(series.Labels, LabelSet.Overflow))
                (ended ??= []).Add(series);
        }

        if (ended is null)
            return;
        store.Remove(ended);
        foreach (Series series in ended)
            Adopt(store, series);
    }

    private void AdoptLate(MetricStore store)
    {
        while (store.TryTakeLate(out Series? late))
            Adopt(store, late);
    }

    /// <summary>Keeps what was recorded to a series that was taken out by somebody who had found it before.</summary>
    private void Adopt(MetricStore store, Series removed)
    {
        if (removed.IsTouched)
            removed.MoveTo(_open, store.Replacement(removed), _layout, _scratch);
    }

    private MetricStore? Add(MetricInstrument instrument)
    {
        MetricStore store = _byName.GetOrAdd(
            instrument.Name,
            static (_, self) => new MetricStore(
                self.Instrument, self.Windows._options.MaxSeriesPerMetric, self.Windows.WarnOfOverflow),
            (Windows: this, Instrument: instrument));
        bool isKept = store.Instrument.Kind == instrument.Kind;
        bool isNew;
        lock (_adding)
        {
            var byId = new (MetricStore? Store, bool IsKnown)[Math.Max(_byId.Length, instrument.Id + 1)];
            _byId.CopyTo(byId, 0);
            isNew = !byId[instrument.Id].IsKnown;
            byId[instrument.Id] = (isKept ? store : null, true);
            Volatile.Write(ref _byId, byId);
        }

        if (isNew && !isKept)
            _logger.MetricKindConflicts(instrument.Name, instrument.Meter, store.Instrument.Kind, instrument.Kind);
        return isKept ? store : null;
    }

    private void WarnOfOverflow(MetricStore store) => _logger.MetricOverflowed(store.Instrument.Name, _options.MaxSeriesPerMetric);

    // In whole milliseconds, which is what timers count in: one that fires early would have to wait again.
    private TimeSpan UntilNextSlot() => TimeSpan.FromMilliseconds(
        Math.Ceiling(TimeSpan.FromTicks(WindowLayout.TicksOfSlot - (_clock.Now % WindowLayout.TicksOfSlot)).TotalMilliseconds));

    private static int SlotOf(long ticks) => (int)(ticks / WindowLayout.TicksOfSlot);
}
