using System.Globalization;
using System.Text.Json;
using Varai.State;

namespace Varai.Configuration;

/// <summary>Values to change in one configuration file, all or none of them.</summary>
public sealed class ConfigurationUpdate
{
    private readonly List<KeyValuePair<string, string?>> _changes = [];

    /// <summary>Starts an update.</summary>
    /// <param name="author">Who changes it.</param>
    /// <param name="reason">Why.</param>
    public ConfigurationUpdate(string author, string reason)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(author);
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        Author = author;
        Reason = reason;
    }

    /// <summary>Who changes it.</summary>
    public string Author { get; }

    /// <summary>Why.</summary>
    public string Reason { get; }

    /// <summary>The file to change.</summary>
    /// <value>Default: the environment's own file.</value>
    public ConfigurationLayer Layer { get; init; } = ConfigurationLayer.Environment;

    /// <summary>The environment to change.</summary>
    /// <value>Default: <see langword="null"/>, the one the service runs in.</value>
    public string? EnvironmentName { get; init; }

    /// <summary>The content hash the change was made for: where the values have changed since, the update is refused.</summary>
    /// <value>Default: <see langword="null"/>, no check.</value>
    public string? ExpectedContentHash { get; init; }

    /// <summary>What the version is recorded as.</summary>
    /// <value>Default: <see cref="ConfigurationChangeSource.Update"/>.</value>
    public ConfigurationChangeSource Source { get; init; } = ConfigurationChangeSource.Update;

    /// <summary>The id of a larger operation that this update is a step of; recorded with the version, so that after a crash one
    /// can tell whether the step was taken.</summary>
    /// <value>Default: <see langword="null"/>, none.</value>
    public string? Operation { get; init; }

    /// <summary>A lease that must still be held when the update passes the point of no return: the work of a holder that was paused
    /// past its end is refused.</summary>
    /// <value>Default: <see langword="null"/>, none.</value>
    public Lease? RequiredLease { get; init; }

    /// <summary>Each key with its new value as JSON, or <see langword="null"/> where it is removed, in the order asked for.</summary>
    public IReadOnlyList<KeyValuePair<string, string?>> Changes => _changes;

    /// <summary>Sets a key to a string.</summary>
    /// <param name="key">The key, such as <c>api_config:timeout</c>.</param>
    /// <param name="value">The value.</param>
    public ConfigurationUpdate Set(string key, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return SetJson(key, $"\"{JsonEncodedText.Encode(value, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"");
    }

    /// <summary>Sets a key to a boolean.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    public ConfigurationUpdate Set(string key, bool value) => SetJson(key, value ? "true" : "false");

    /// <summary>Sets a key to a whole number.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    public ConfigurationUpdate Set(string key, long value) => SetJson(key, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>Sets a key to a decimal number, every digit as it is.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    public ConfigurationUpdate Set(string key, decimal value) => SetJson(key, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>Sets a key to a duration, as <c>TimeSpan</c> is bound: <c>"00:00:30"</c>.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    public ConfigurationUpdate Set(string key, TimeSpan value) => Set(key, value.ToString("c", CultureInfo.InvariantCulture));

    /// <summary>Sets a key to a number.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value; finite.</param>
    public ConfigurationUpdate Set(string key, double value)
    {
        if (!double.IsFinite(value))
            throw new ArgumentOutOfRangeException(nameof(value), value, "A configuration value is a finite number.");
        return SetJson(key, value.ToString("R", CultureInfo.InvariantCulture));
    }

    /// <summary>Sets a key to any JSON value: an object, an array, a scalar or null.</summary>
    /// <param name="key">The key.</param>
    /// <param name="json">The value as JSON.</param>
    /// <exception cref="ArgumentException">The text is no JSON.</exception>
    public ConfigurationUpdate SetJson(string key, string json)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            using JsonDocument parsed = JsonDocument.Parse(json);
        }
        catch (JsonException e)
        {
            throw new ArgumentException($"The value for '{key}' is not JSON: {e.Message}", nameof(json), e);
        }

        _changes.Add(new KeyValuePair<string, string?>(key, json));
        return this;
    }

    /// <summary>Removes a key from the file. A value of a lower layer shows through again.</summary>
    /// <param name="key">The key.</param>
    public ConfigurationUpdate Remove(string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        _changes.Add(new KeyValuePair<string, string?>(key, value: null));
        return this;
    }
}
