using System.Buffers;

namespace Varai.Monitoring.Recording;

/// <summary>The names that OpenTelemetry takes: a letter, then up to 254 letters, digits, <c>_</c>, <c>.</c>, <c>-</c> and <c>/</c>.</summary>
internal static class MetricName
{
    private const int MaxLength = 255;

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-/");

    /// <exception cref="ArgumentException">The name is not valid.</exception>
    public static void ThrowIfInvalid(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (name.Length > MaxLength || !char.IsAsciiLetter(name[0]) || name.AsSpan().ContainsAnyExcept(Allowed))
        {
            throw new ArgumentException(
                $"'{name}' is not the name of a metric: it is a letter, then up to 254 letters, digits, '_', '.', '-' and '/'.", nameof(name));
        }
    }
}
