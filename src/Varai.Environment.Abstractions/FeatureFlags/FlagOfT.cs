using System.Diagnostics.CodeAnalysis;

namespace Varai.FeatureFlags;

/// <summary>A flag declared in code; made by <see cref="Flag"/>.</summary>
/// <remarks>Safe from any thread. Looks its name up once per snapshot, so keep it in a static field and ask it of one
/// <see cref="IFeatureFlags"/>; asking it of several in turn works and is slower.</remarks>
/// <typeparam name="T">The value's type.</typeparam>
public sealed class Flag<T>
{
    private readonly Reader _read;
    private Binding? _binding;

    internal Flag(string name, T defaultValue, Reader read)
    {
        if (FeatureFlagDefinition.FindNameProblem(name) is { } problem)
            throw new ArgumentException($"The name of a feature flag {problem}.", nameof(name));
        Name = name;
        DefaultValue = defaultValue;
        _read = read;
    }

    /// <summary>Reads the value of a decision.</summary>
    internal delegate bool Reader(FlagDecision decision, [MaybeNullWhen(false)] out T value);

    /// <summary>The flag's name.</summary>
    public string Name { get; }

    /// <summary>What counts where the flag is not defined or has no value of the type.</summary>
    public T DefaultValue { get; }

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    internal T Get(IFeatureFlags flags, FlagContext? context)
    {
        ArgumentNullException.ThrowIfNull(flags);
        FlagSnapshot snapshot = flags.Snapshot;
        Binding? binding = _binding; // immutable, and reached through one reference: no barrier is needed
        if (binding is null || !ReferenceEquals(binding.Snapshot, snapshot))
            binding = Bind(flags, snapshot);
        return binding.Flag is null ? binding.Value : ValueOf(binding.Flag.Evaluate(context));
    }

    private Binding Bind(IFeatureFlags flags, FlagSnapshot snapshot)
    {
        Binding binding;
        if (!snapshot.TryFind(Name, out ResolvedFlag? flag))
        {
            flags.Evaluate(Name); // logs it, once per name
            binding = new Binding(snapshot, flag: null, DefaultValue);
        }
        else
        {
            binding = flag.Constant is { } constant ? new Binding(snapshot, flag: null, ValueOf(constant)) : new Binding(snapshot, flag, DefaultValue);
        }

        return _binding = binding;
    }

    private T ValueOf(FlagDecision decision) => _read(decision, out T? value) ? value : DefaultValue;

    private sealed class Binding(FlagSnapshot snapshot, ResolvedFlag? flag, T value)
    {
        public readonly FlagSnapshot Snapshot = snapshot;

        public readonly ResolvedFlag? Flag = flag;

        public readonly T Value = value;
    }
}
