using System.Globalization;
using System.Text;

namespace Varai.Monitoring;

/// <summary>The functions of <see cref="AlertTemplate"/>, which write as Go does.</summary>
internal static class AlertTemplateFunctions
{
    private static readonly string[] Large = ["k", "M", "G", "T", "P", "E", "Z", "Y"];
    private static readonly string[] Small = ["m", "u", "n", "p", "f", "a", "z", "y"];
    private static readonly string[] Binary = ["ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi"];

    public static object Call(string function, object[] arguments) => function switch
    {
        "humanize" => Humanize(ToNumber(arguments[0])),
        "humanize1024" => Humanize1024(ToNumber(arguments[0])),
        "humanizePercentage" => $"{General(ToNumber(arguments[0]) * 100)}%",
        "humanizeDuration" => Duration(ToNumber(arguments[0])),
        "toUpper" => ToText(arguments[0]).ToUpperInvariant(),
        "toLower" => Lower(ToText(arguments[0])),
        _ => Format(ToText(arguments[0]), arguments.AsSpan(1)),
    };

    /// <summary>A value as Go's templates print it: the fewest digits that give it back, with an exponent from 10^6 and below 10^-4.</summary>
    public static string ToText(object value) => value is double number ? Shortest(number) : (string)value;

    /// <summary>Looks whether a format fits the number of its arguments.</summary>
    public static void CheckFormat(string format, int count, Func<string, Exception> error)
    {
        int used = 0;
        for (int i = 0; i < format.Length; i++)
        {
            if (format[i] != '%')
                continue;
            (char verb, _, i) = ReadVerb(format, i);
            if (verb == '%')
                continue;
            if (!"vsfgedq".Contains(verb, StringComparison.Ordinal))
                throw error($"printf knows no '%{verb}', only %v, %s, %q, %f, %g, %e, %d and %%");
            used++;
        }

        if (used != count)
            throw error($"the format \"{format}\" takes {used} values, and here are {count}");
    }

    private static string Format(string format, ReadOnlySpan<object> arguments)
    {
        var text = new StringBuilder();
        int next = 0;
        for (int i = 0; i < format.Length; i++)
        {
            if (format[i] != '%')
            {
                text.Append(format[i]);
                continue;
            }

            (char verb, int? precision, i) = ReadVerb(format, i);
            if (verb == '%')
                text.Append('%');
            else if (next < arguments.Length)
                text.Append(Format(verb, precision, arguments[next++]));
        }

        return text.ToString();
    }

    private static string Format(char verb, int? precision, object argument) => verb switch
    {
        'f' => Special(ToNumber(argument)) ?? DecimalDigits.Fixed(ToNumber(argument), precision ?? 6),
        'e' => Special(ToNumber(argument)) ?? DecimalDigits.Scientific(ToNumber(argument), precision ?? 6),
        'g' => precision is { } digits ? General(ToNumber(argument), digits) : Shortest(ToNumber(argument)),
        'd' => Special(ToNumber(argument)) ?? DecimalDigits.Fixed(Math.Truncate(ToNumber(argument)), 0),
        'q' => $"\"{ToText(argument).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"",
        _ => ToText(argument),
    };

    private static (char Verb, int? Precision, int End) ReadVerb(string format, int at)
    {
        int i = at + 1;
        int? precision = null;
        if (i < format.Length && format[i] == '.')
        {
            precision = 0;
            for (i++; i < format.Length && char.IsAsciiDigit(format[i]) && precision < 100; i++)
                precision = (precision * 10) + (format[i] - '0');
        }

        return (i < format.Length ? format[i] : ' ', precision, i);
    }

    private static string Humanize(double value)
    {
        if (value == 0 || !double.IsFinite(value))
            return General(value);
        string prefix = "";
        if (Math.Abs(value) >= 1)
        {
            for (int i = 0; i < Large.Length && Math.Abs(value) >= 1000; i++)
                (prefix, value) = (Large[i], value / 1000);
        }
        else
        {
            for (int i = 0; i < Small.Length && Math.Abs(value) < 1; i++)
                (prefix, value) = (Small[i], value * 1000);
        }

        return General(value) + prefix;
    }

    private static string Humanize1024(double value)
    {
        if (Math.Abs(value) <= 1 || !double.IsFinite(value))
            return General(value);
        string prefix = "";
        for (int i = 0; i < Binary.Length && Math.Abs(value) >= 1024; i++)
            (prefix, value) = (Binary[i], value / 1024);
        return General(value) + prefix;
    }

    private static string Duration(double value)
    {
        if (!double.IsFinite(value))
            return General(value);
        if (value == 0)
            return $"{General(value)}s";
        if (Math.Abs(value) < 1)
        {
            string prefix = "";
            for (int i = 0; i < Small.Length && Math.Abs(value) < 1; i++)
                (prefix, value) = (Small[i], value * 1000);
            return $"{General(value)}{prefix}s";
        }

        string sign = value < 0 ? "-" : "";
        value = Math.Abs(value);
        long whole = (long)Math.Min(value, 9e18);
        (long seconds, long minutes, long hours, long days) = (whole % 60, whole / 60 % 60, whole / 3600 % 24, whole / 86_400);
        return (days, hours, minutes) switch
        {
            ( > 0, _, _) => string.Create(CultureInfo.InvariantCulture, $"{sign}{days}d {hours}h {minutes}m {seconds}s"),
            (_, > 0, _) => string.Create(CultureInfo.InvariantCulture, $"{sign}{hours}h {minutes}m {seconds}s"),
            (_, _, > 0) => string.Create(CultureInfo.InvariantCulture, $"{sign}{minutes}m {seconds}s"),
            _ => $"{sign}{General(value)}s",
        };
    }

    // "%.4g".
    private static string General(double value, int digits = 4) => Special(value) ?? DecimalDigits.General(value, digits);

    private static string? Special(double value) => value switch
    {
        double.NaN => "NaN",
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => null,
    };

    private static string Shortest(double value) => Special(value) ?? DecimalDigits.Shortest(value);

    private static double ToNumber(object value) => value is double number
        ? number
        : double.TryParse((string)value, NumberStyles.Float, CultureInfo.InvariantCulture, out double parsed) ? parsed : double.NaN;

    private static string Lower(string text) => string.Create(text.Length, text, static (span, from) => from.AsSpan().ToLowerInvariant(span));
}
