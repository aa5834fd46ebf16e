using System.Collections.Concurrent;
using System.Text.Json.Serialization.Metadata;

namespace Varai.FeatureFlags;

/// <summary>A flag declared in code: a name that is written once, with a type and a default.</summary>
/// <remarks>Keep it in a <c>static readonly</c> field. It belongs to no host: the same field serves every host of the process.
/// <c>AddFlags</c> tells the start-up check of it.</remarks>
public abstract class Flag
{
    private static readonly ConcurrentDictionary<string, int> Indexes = new(StringComparer.OrdinalIgnoreCase);
    private static int _last = -1;

    private protected Flag(string name)
    {
        if (FeatureFlagDefinition.FindNameProblem(name) is { } problem)
            throw new ArgumentException($"The name of a feature flag {problem}.", nameof(name));
        Name = name;
        Index = Indexes.GetOrAdd(name, static _ => Interlocked.Increment(ref _last));
    }

    /// <summary>The flag's name.</summary>
    public string Name { get; }

    /// <summary>For implementations of <see cref="IFeatureFlags"/>: a small number that stands for the name in this process, from 0,
    /// to find what it resolves to in an array instead of a dictionary.</summary>
    public int Index { get; }

    /// <summary>The type of its value.</summary>
    public abstract Type ValueType { get; }

    /// <summary>Whether a variant has a value that the flag's type can hold; a flag of another type gives its default for it.</summary>
    /// <param name="variant">The variant.</param>
    public abstract bool Fits(FlagVariant variant);

    /// <summary>A flag that is on or off.</summary>
    /// <param name="name">The flag's name.</param>
    /// <param name="defaultValue">The answer where no definition has the name.</param>
    public static Flag<bool> Boolean(string name, bool defaultValue = false) => new(name, defaultValue, type: null);

    /// <summary>A flag whose variants are strings.</summary>
    /// <param name="name">The flag's name.</param>
    /// <param name="defaultValue">The value where no variant is assigned or it is no string.</param>
    public static Flag<string> String(string name, string defaultValue) => new(name, defaultValue, type: null);

    /// <summary>A flag whose variants are whole numbers.</summary>
    /// <param name="name">The flag's name.</param>
    /// <param name="defaultValue">The value where no variant is assigned or it is no whole number.</param>
    public static Flag<long> Integer(string name, long defaultValue) => new(name, defaultValue, type: null);

    /// <summary>A flag whose variants are numbers.</summary>
    /// <param name="name">The flag's name.</param>
    /// <param name="defaultValue">The value where no variant is assigned or it is no number.</param>
    public static Flag<double> Number(string name, double defaultValue) => new(name, defaultValue, type: null);

    /// <summary>A flag whose variants are durations, written as <c>"00:00:30"</c>.</summary>
    /// <param name="name">The flag's name.</param>
    /// <param name="defaultValue">The value where no variant is assigned or it is no duration.</param>
    public static Flag<TimeSpan> Duration(string name, TimeSpan defaultValue) => new(name, defaultValue, type: null);

    /// <summary>A flag whose variants are members of an enumeration, written as their names, whatever the case.</summary>
    /// <typeparam name="TEnum">The enumeration.</typeparam>
    /// <param name="name">The flag's name.</param>
    /// <param name="defaultValue">The value where no variant is assigned or it is no such name.</param>
    public static Flag<TEnum> Choice<TEnum>(string name, TEnum defaultValue)
        where TEnum : struct, Enum => new(name, defaultValue, type: null);

    /// <summary>A flag whose variants are JSON values of a type of the service's own.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="name">The flag's name.</param>
    /// <param name="defaultValue">The value where no variant is assigned or it does not fit the type.</param>
    /// <param name="type">How the type is read, from a <c>JsonSerializerContext</c>.</param>
    public static Flag<T> Json<T>(string name, T defaultValue, JsonTypeInfo<T> type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return new Flag<T>(name, defaultValue, type);
    }

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
