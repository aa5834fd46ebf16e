using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Varai.Monitoring.Windows;

/// <summary>The series of one metric. Finding one that exists takes no lock and allocates nothing.</summary>
internal sealed class MetricStore
{
    private readonly int _limit;
    private readonly Action<MetricStore> _overflowed;
    private readonly Lock _adding = new();
    private readonly ConcurrentQueue<Series> _late = new();
    private Node?[] _table = new Node?[1];
    private int _count;
    private int _version;
    private Series? _overflow;

    /// <param name="instrument">The instrument that came first.</param>
    /// <param name="limit">How many series there may be, besides the one for overflow.</param>
    /// <param name="overflowed">Told once, when there are more.</param>
    public MetricStore(MetricInstrument instrument, int limit, Action<MetricStore> overflowed)
    {
        Instrument = instrument;
        _limit = limit;
        _overflowed = overflowed;
    }

    public MetricInstrument Instrument { get; }

    /// <summary>Changes whenever series have come or gone.</summary>
    public int Version => Volatile.Read(ref _version);

    public bool HasOverflowed => Volatile.Read(ref _overflow) is not null;

    /// <summary>Whether a new series would have no place.</summary>
    public bool IsFull => Volatile.Read(ref _count) >= _limit;

    public int Count => Volatile.Read(ref _count) + (HasOverflowed ? 1 : 0);

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        // What no series keeps must not make one.
        if (!double.IsFinite(value) || (value < 0 && Instrument.Kind is MetricKind.Counter or MetricKind.CounterTotal))
            return;
        uint hash = LabelSet.Hash(labels);
        Series? series = Find(hash, labels);
        if (series is null)
        {
            series = FindOrAdd(hash, labels, out bool overflows);
            if (overflows)
                _overflowed(this);
        }

        series.Record(value);
        if (series.IsRemoved)
            _late.Enqueue(series);
    }

    /// <summary>All series, the one for overflow last.</summary>
    public IEnumerable<Series> All()
    {
        foreach (Node? first in Volatile.Read(ref _table))
        {
            for (Node? node = first; node is not null; node = node.Next)
                yield return node.Series;
        }

        if (Volatile.Read(ref _overflow) is { } overflow)
            yield return overflow;
    }

    /// <summary>A series that was recorded to after it had been taken out.</summary>
    public bool TryTakeLate([NotNullWhen(true)] out Series? series) => _late.TryDequeue(out series);

    /// <summary>Takes series out. A writer that has just found one may still record to it: it is late when it sees that the series was
    /// taken out, and otherwise has recorded before this returns.</summary>
    public void Remove(IReadOnlySet<Series> series)
    {
        lock (_adding)
        {
            Node?[] table = new Node?[_table.Length];
            int count = 0;
            foreach (Node? first in _table)
            {
                for (Node? node = first; node is not null; node = node.Next)
                {
                    if (series.Contains(node.Series))
                        continue;
                    Put(table, node.Hash, node.Series);
                    count++;
                }
            }

            Volatile.Write(ref _table, table);
            Volatile.Write(ref _count, count);
            Interlocked.Increment(ref _version);
        }

        foreach (Series removed in series)
            removed.MarkRemoved();
    }

    /// <summary>The series that takes what was recorded to one that had been taken out.</summary>
    public Series Replacement(Series removed)
    {
        KeyValuePair<string, object?>[] labels = LabelSet.AsGiven(removed.Labels);
        uint hash = LabelSet.Hash(labels);
        if (Find(hash, labels) is { } found)
            return found;
        Series added = FindOrAdd(hash, labels, out bool overflows);
        if (overflows)
            _overflowed(this);
        return added;
    }

    private Series? Find(uint hash, ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        Node?[] table = Volatile.Read(ref _table);
        for (Node? node = table[hash & (uint)(table.Length - 1)]; node is not null; node = node.Next)
        {
            if (node.Hash == hash && LabelSet.Matches(node.Series.Labels, labels))
                return node.Series;
        }

        return null;
    }

    private Series FindOrAdd(uint hash, ReadOnlySpan<KeyValuePair<string, object?>> labels, out bool overflows)
    {
        overflows = false;
        // A name that is repeated is never found as it is given.
        if (HasRepeats(labels))
        {
            labels = LabelSet.AsGiven(LabelSet.Create(labels));
            hash = LabelSet.Hash(labels);
            if (Find(hash, labels) is { } found)
                return found;
        }

        // Past the limit no lock is taken either.
        if (IsFull && Volatile.Read(ref _overflow) is { } overflow)
            return overflow;
        lock (_adding)
        {
            if (Find(hash, labels) is { } found)
                return found;
            if (_count < _limit)
                return Add(hash, labels);
            overflows = _overflow is null;
            if (overflows)
            {
                Volatile.Write(ref _overflow, Create(LabelSet.Overflow));
                Interlocked.Increment(ref _version);
            }

            return _overflow!;
        }
    }

    private Series Add(uint hash, ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        Series series = Create(LabelSet.Create(labels));
        Node?[] table = _table;
        if (_count == table.Length)
        {
            // New nodes, since a reader may be on its way through the old ones.
            table = new Node?[_table.Length * 2];
            foreach (Node? first in _table)
            {
                for (Node? node = first; node is not null; node = node.Next)
                    Put(table, node.Hash, node.Series);
            }

            Put(table, hash, series);
            Volatile.Write(ref _table, table);
        }
        else
        {
            Put(table, hash, series);
        }

        Volatile.Write(ref _count, _count + 1);
        Interlocked.Increment(ref _version);
        return series;
    }

    private static void Put(Node?[] table, uint hash, Series series)
    {
        ref Node? first = ref table[hash & (uint)(table.Length - 1)];
        Volatile.Write(ref first, new Node(hash, series, first));
    }

    private static bool HasRepeats(ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        for (int i = 1; i < labels.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                if (labels[i].Key == labels[j].Key)
                    return true;
            }
        }

        return false;
    }

    private Series Create(KeyValuePair<string, string>[] labels) => Instrument.Kind switch
    {
        MetricKind.Counter => new CounterSeries(labels),
        MetricKind.CounterTotal => new CounterTotalSeries(labels),
        MetricKind.UpDownCounter => new UpDownSeries(labels),
        MetricKind.Gauge => new GaugeSeries(labels),
        MetricKind.Histogram => new HistogramSeries(labels),
        _ => throw new SwitchExpressionException(Instrument.Kind),
    };

    private sealed class Node(uint hash, Series series, Node? next)
    {
        public uint Hash { get; } = hash;

        public Series Series { get; } = series;

        public Node? Next { get; } = next;
    }
}
