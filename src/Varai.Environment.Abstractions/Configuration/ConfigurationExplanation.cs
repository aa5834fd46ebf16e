using System.Text;

namespace Varai.Configuration;

/// <summary>Where a value comes from and who made it so.</summary>
public sealed record ConfigurationExplanation
{
    /// <summary>The key asked for.</summary>
    public required string Key { get; init; }

    /// <summary>Whether the document has the key.</summary>
    public required bool Exists { get; init; }

    /// <summary>The value as JSON, secret references as written; <see langword="null"/> when the key does not exist.</summary>
    public string? Value { get; init; }

    /// <summary>The layer whose value is used.</summary>
    public ConfigurationLayer? Layer { get; init; }

    /// <summary>Where the value was written.</summary>
    public ConfigurationOrigin Origin { get; init; } = new("", 0, 0);

    /// <summary>The layers that have a value of their own for the key, lowest first, the used one included.</summary>
    public IReadOnlyList<ConfigurationLayerValue> Layers { get; init; } = [];

    /// <summary>The source of the host (environment variables, command line, ...) that overrides the document's value in
    /// <c>IConfiguration</c> and in <see cref="EnvironmentConfigurationExtensions.Get{T}"/>; <see langword="null"/> when none does. Its
    /// value is not shown, since variables often hold secrets.</summary>
    public string? OverriddenBy { get; init; }

    /// <summary>The version that gave the key its present value; <see langword="null"/> when it is not recorded.</summary>
    public ConfigurationVersion? Version { get; init; }

    /// <summary>The nearest existing key, for a key that does not exist.</summary>
    public string? DidYouMean { get; init; }

    /// <summary>Tells it in words, over several lines.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(Key);
        if (!Exists)
        {
            text.Append(" does not exist");
            return (DidYouMean is null ? text : text.Append("; did you mean '").Append(DidYouMean).Append("'?")).ToString();
        }

        text.Append(" = ").Append(Value).Append("\n  from ").Append(Origin.ToString());
        if (Layer is { } layer)
            text.Append(" (").Append(layer.ToString().ToLowerInvariant()).Append(" layer)");
        foreach (ConfigurationLayerValue lower in Layers.Where(l => l.Layer != Layer).Reverse())
            text.Append("\n  overrides ").Append(lower.Value).Append(" from ").Append(lower.Origin.ToString());
        if (OverriddenBy is not null)
            text.Append("\n  overridden in IConfiguration by ").Append(OverriddenBy);
        if (Version is not null)
            text.Append("\n  since version ").Append(Version.Number).Append(" by ").Append(Version.Author)
                .Append(", ").Append(Version.Time.ToString("u", System.Globalization.CultureInfo.InvariantCulture)).Append(": ").Append(Version.Reason);
        return text.ToString();
    }
}
