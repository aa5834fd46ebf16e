using System.Diagnostics.CodeAnalysis;
using Varai.Configuration;

namespace Varai.FeatureFlags;

/// <summary>The parameters of one feature flag.</summary>
/// <remarks>
/// Names are compared whatever their case. Values are read as <see cref="bool"/>, <see cref="int"/>, <see cref="long"/>,
/// <see cref="double"/>, <see cref="decimal"/>, <see cref="string"/>, <see cref="TimeSpan"/> (written as <c>00:00:30</c>) or an
/// enum (by name, whatever its case). Text that reads as the type counts as the type, so that a value from an environment
/// variable works; a number or boolean read as <see cref="string"/> gives its text. Immutable; safe from any thread.
/// </remarks>
public sealed class FeatureParameters
{
    private readonly ConfigurationNode? _node;
    private readonly Action<string, string>? _onMismatch;
    private string[]? _names;

    /// <summary>Creates parameters from an object node.</summary>
    /// <param name="node">The object whose members are the parameters.</param>
    /// <param name="onMismatch">Told the parameter's name and what was expected and found whenever <see cref="Get"/> falls back
    /// because a value has the wrong type; never told the value.</param>
    /// <exception cref="ArgumentException">The node is no object.</exception>
    public FeatureParameters(ConfigurationNode node, Action<string, string>? onMismatch = null)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (node.Kind != ConfigurationNodeKind.Object)
            throw new ArgumentException($"Feature parameters are an object, not {node.Kind}.", nameof(node));
        _node = node;
        _onMismatch = onMismatch;
    }

    private FeatureParameters() => _names = [];

    /// <summary>No parameters.</summary>
    public static FeatureParameters Empty { get; } = new();

    /// <summary>The parameters' names, in the order they were written.</summary>
    public IReadOnlyList<string> Names => _names ??= [.. _node!.Members.Select(member => member.Name)];

    /// <summary>A parameter's value.</summary>
    /// <typeparam name="T">One of the types named at this class.</typeparam>
    /// <param name="name">The parameter's name.</param>
    /// <param name="fallback">The value when the parameter is absent, null, or not of the type; the last is logged once per
    /// flag and parameter.</param>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the types named at this class.</exception>
    [return: NotNullIfNotNull(nameof(fallback))]
    public T? Get<T>(string name, T? fallback)
    {
        ConfigurationNode? node = GetNode(name);
        if (FeatureParameterReader.TryRead(node, out T? value))
            return value;
        if (node is not null && node.Kind != ConfigurationNodeKind.Null)
            _onMismatch?.Invoke(name, $"expected {FeatureParameterReader.Describe<T>()}, found {FeatureParameterReader.Describe(node)}");
        return fallback;
    }

    /// <summary>A parameter's value, if it is there and of the type.</summary>
    /// <typeparam name="T">One of the types named at this class.</typeparam>
    /// <param name="name">The parameter's name.</param>
    /// <param name="value">The value.</param>
    /// <returns><see langword="false"/> when the parameter is absent, null, or not of the type.</returns>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the types named at this class.</exception>
    public bool TryGet<T>(string name, [MaybeNullWhen(false)] out T value) => FeatureParameterReader.TryRead(GetNode(name), out value);

    /// <summary>A parameter as it was written, for nested objects and arrays.</summary>
    /// <param name="name">The parameter's name.</param>
    /// <returns>The node, or <see langword="null"/> when there is no such parameter.</returns>
    public ConfigurationNode? GetNode(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _node?.Find(name);
    }
}
