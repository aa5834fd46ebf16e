using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Varai.Configuration;

/// <summary>The instances that the components of one document are bound to, each made when it is first asked for.</summary>
/// <remarks>Safe from any thread; a warm read takes no lock and allocates nothing. It is a class and not part of an interface
/// because a generic method called through an interface costs more than the whole rest of a warm read.</remarks>
public sealed class BoundComponents
{
    private readonly Func<string, Type, object> _bind;
    private Generation _generation = new();

    /// <summary>Creates an empty set.</summary>
    /// <param name="bind">Binds a component to a type, or throws <see cref="ConfigurationException"/>. Called from any thread,
    /// under no lock, and sometimes twice for the same component when two threads ask first.</param>
    public BoundComponents(Func<string, Type, object> bind)
    {
        ArgumentNullException.ThrowIfNull(bind);
        _bind = bind;
    }

    /// <summary>The instance for a component.</summary>
    /// <typeparam name="T">The type to bind to.</typeparam>
    /// <param name="component">The component's name, or a key below it.</param>
    /// <returns>The same instance until <see cref="Clear"/>.</returns>
    /// <exception cref="ConfigurationException">There is no such component, or a value can't be bound to its property.</exception>
    public T Get<T>(string component)
    {
        object?[] latest = Volatile.Read(ref _generation).Latest;
        int slot = Slot<T>.Number;
        if ((uint)slot < (uint)latest.Length && latest[slot] is { } entry)
        {
            // A slot only ever holds the entry type of its own T.
            Bound<T> bound = Unsafe.As<Bound<T>>(entry);
            if (ReferenceEquals(bound.Component, component))
                return bound.Value;
        }

        return GetOther<T>(component);
    }

    /// <summary>Forgets every instance, because the document has changed.</summary>
    public void Clear() => Volatile.Write(ref _generation, new Generation());

    [MethodImpl(MethodImplOptions.NoInlining)]
    private T GetOther<T>(string component)
    {
        ArgumentNullException.ThrowIfNull(component);

        // What is bound from a document that is being replaced goes into that document's set.
        Generation generation = Volatile.Read(ref _generation);
        if (!generation.All.TryGetValue((typeof(T), component), out object? found))
            found = generation.All.GetOrAdd((typeof(T), component), new Bound<T>(component, (T)_bind(component, typeof(T))));
        var bound = (Bound<T>)found;
        generation.Remember(Slot<T>.Number, bound);
        return bound.Value;
    }

    private sealed class Bound<T>(string component, T value)
    {
        public readonly string Component = component;
        public readonly T Value = value;
    }

    /// <summary>The instances of one document, and by type the one asked for last.</summary>
    private sealed class Generation
    {
        public readonly ConcurrentDictionary<(Type Type, string Component), object> All = new();
        public object?[] Latest = [];

        // Losing a race here costs the other type one dictionary lookup at its next read.
        public void Remember(int slot, object bound)
        {
            object?[] latest = Latest;
            if (slot < latest.Length)
            {
                Volatile.Write(ref latest[slot], bound);
                return;
            }

            var grown = new object?[slot + 1];
            latest.CopyTo(grown, 0);
            grown[slot] = bound;
            Volatile.Write(ref Latest, grown);
        }
    }

    private static class Slots
    {
        private static int _last = -1;

        public static int Next() => Interlocked.Increment(ref _last);
    }

    private static class Slot<T>
    {
        public static readonly int Number = Slots.Next();
    }
}
