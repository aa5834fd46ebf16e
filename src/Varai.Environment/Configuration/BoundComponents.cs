using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Varai.Configuration;

/// <summary>The bound instances of one snapshot: a warm read is an array load and a reference comparison.</summary>
internal sealed class BoundComponents
{
    private readonly ConcurrentDictionary<(Type Type, string Component), object> _all = new();
    private object?[] _latest = [];

    public bool TryGet<T>(string component, out T value)
    {
        object?[] latest = _latest;
        int slot = Slot<T>.Number;
        if ((uint)slot < (uint)latest.Length && latest[slot] is { } entry)
        {
            // A slot only ever holds the entry type of its own T.
            Bound<T> bound = Unsafe.As<Bound<T>>(entry);
            if (ReferenceEquals(bound.Component, component) || bound.Component == component)
            {
                value = bound.Value;
                return true;
            }
        }

        return TryGetOther(component, out value);
    }

    public T Add<T>(string component, T value)
    {
        var bound = (Bound<T>)_all.GetOrAdd((typeof(T), component), static (key, v) => new Bound<T>(key.Component, v), value);
        Remember(bound);
        return bound.Value;
    }

    private bool TryGetOther<T>(string component, out T value)
    {
        if (_all.TryGetValue((typeof(T), component), out object? found))
        {
            var bound = (Bound<T>)found;
            value = bound.Value;
            return true;
        }

        value = default!;
        return false;
    }

    // Losing a race here costs the other type one dictionary lookup at its next read.
    private void Remember<T>(Bound<T> bound)
    {
        object?[] latest = _latest;
        var grown = new object?[Math.Max(latest.Length, Slot<T>.Number + 1)];
        latest.CopyTo(grown, 0);
        grown[Slot<T>.Number] = bound;
        Volatile.Write(ref _latest, grown);
    }

    private sealed class Bound<T>(string component, T value)
    {
        public readonly string Component = component;
        public readonly T Value = value;
    }

    private static class Slots
    {
        private static int s_next = -1;

        public static int Next() => Interlocked.Increment(ref s_next);
    }

    private static class Slot<T>
    {
        public static readonly int Number = Slots.Next();
    }
}
