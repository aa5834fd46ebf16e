using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Varai.Configuration;

namespace Varai.FeatureFlags;

/// <summary>Reads a scalar node as one of the types that a parameter may have.</summary>
internal static class FeatureParameterReader
{
    public static bool TryRead<T>(ConfigurationNode? node, [MaybeNullWhen(false)] out T value)
    {
        // Each comparison is decided when the method is compiled for T, so the casts below box nothing there.
        string? text = node?.Text;
        value = default;
        if (typeof(T) == typeof(string))
            return text is not null && Set((T)(object)text, out value);
        if (typeof(T) == typeof(bool) || typeof(T) == typeof(bool?))
            return bool.TryParse(text, out bool flag) && Set((T)(object)flag, out value);
        if (typeof(T) == typeof(int) || typeof(T) == typeof(int?))
            return TryReadWhole(text, int.MinValue, int.MaxValue, out decimal whole) && Set((T)(object)(int)whole, out value);
        if (typeof(T) == typeof(long) || typeof(T) == typeof(long?))
            return TryReadWhole(text, long.MinValue, long.MaxValue, out decimal whole) && Set((T)(object)(long)whole, out value);
        if (typeof(T) == typeof(double) || typeof(T) == typeof(double?))
        {
            return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
                && double.IsFinite(number) && Set((T)(object)number, out value);
        }

        if (typeof(T) == typeof(decimal) || typeof(T) == typeof(decimal?))
            return TryReadDecimal(text, out decimal number) && Set((T)(object)number, out value);
        if (typeof(T) == typeof(TimeSpan) || typeof(T) == typeof(TimeSpan?))
        {
            // A bare number would be read as days, which nobody who writes 30 means.
            return node?.Kind == ConfigurationNodeKind.String && text!.Contains(':', StringComparison.Ordinal)
                && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out TimeSpan span) && Set((T)(object)span, out value);
        }

        if (typeof(T).IsEnum)
            return TryReadEnum(text, out value);

        throw new NotSupportedException(
            $"A feature parameter can't be read as {typeof(T)}. Read it as bool, int, long, double, decimal, string, TimeSpan or an enum, or use GetNode.");
    }

    public static string Describe<T>() =>
        Describe(Nullable.GetUnderlyingType(typeof(T)) ?? typeof(T));

    private static string Describe(Type type) =>
        type == typeof(string) ? "text"
        : type == typeof(bool) ? "true or false"
        : type == typeof(int) || type == typeof(long) ? "a whole number in the range of " + type.Name
        : type == typeof(double) || type == typeof(decimal) ? "a number"
        : type == typeof(TimeSpan) ? "a duration such as \"00:00:30\""
        : "one of " + string.Join(", ", Enum.GetNames(type));

    public static string Describe(ConfigurationNode node)
    {
        string kind = node.Kind switch
        {
            ConfigurationNodeKind.Boolean => "a boolean",
            ConfigurationNodeKind.Number => "a number",
            ConfigurationNodeKind.String => "a string",
            ConfigurationNodeKind.Array => "an array",
            ConfigurationNodeKind.Object => "an object",
            _ => "null",
        };
        return node.File is null ? kind : $"{kind} at {node.Origin}";
    }

    private static bool Set<T>(T from, out T to)
    {
        to = from;
        return true;
    }

    private static bool TryReadWhole(string? text, decimal minimum, decimal maximum, out decimal whole) =>
        TryReadDecimal(text, out whole) && decimal.IsInteger(whole) && whole >= minimum && whole <= maximum;

    private static bool TryReadDecimal(string? text, out decimal number) =>
        decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number);

    private static bool TryReadEnum<T>(string? text, [MaybeNullWhen(false)] out T value)
    {
        // By name only: a number in a configuration says nothing about which member was meant.
        value = default;
        if (string.IsNullOrEmpty(text) || !(char.IsLetter(text[0]) || text[0] == '_')
            || !Enum.TryParse(typeof(T), text, ignoreCase: true, out object? member))
            return false;

        value = (T)member;
        return true;
    }
}
