using System.Text;
using System.Text.Json;

namespace Varai.Configuration.Documents;

/// <summary>Says why an unquoted text is no value of JSON.</summary>
internal static class JsonSyntaxValue
{
    private const int LongestWord = 16;

    /// <summary>The problem of a value that starts here with neither a quote nor a bracket.</summary>
    public static JsonSyntaxProblem? Find(JsonSyntaxPlace place)
    {
        ReadOnlySpan<byte> word = Word(place.Rest);
        if (word.IsEmpty)
            return null;
        char first = (char)word[0];
        if (char.IsAsciiDigit(first) || first is '-' or '+' or '.')
            return FindInNumber(place.Offset, word);

        string text = word.Length <= LongestWord ? Encoding.UTF8.GetString(word) : "";
        string? meant = text switch
        {
            "True" or "TRUE" or "yes" or "Yes" or "YES" or "on" or "On" or "ON" => "true",
            "False" or "FALSE" or "no" or "No" or "NO" or "off" or "Off" or "OFF" => "false",
            "Null" or "NULL" or "None" or "nil" or "undefined" => "null",
            _ => null,
        };
        if (meant is not null)
            return new JsonSyntaxProblem(place.Offset, $"'{text}' is no value of JSON", DidYouMean: meant);
        if (text is "NaN" or "Infinity" or "nan" or "inf" or "Inf")
            return new JsonSyntaxProblem(place.Offset, $"'{text}' is no number of JSON; only finite numbers can be written");
        return new JsonSyntaxProblem(place.Offset, "a string has to be in double quotes",
            "true, false, null, a number or a string in double quotes", "unquoted text");
    }

    /// <summary>Whether a number stands here that is in order.</summary>
    public static bool IsNumber(JsonSyntaxPlace place)
    {
        var reader = new Utf8JsonReader(Word(place.Rest));
        try
        {
            return reader.Read() && reader.TokenType == JsonTokenType.Number;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static JsonSyntaxProblem FindInNumber(int offset, ReadOnlySpan<byte> word)
    {
        ReadOnlySpan<byte> digits = word[0] is (byte)'-' or (byte)'+' ? word[1..] : word;
        string message;
        if (word[0] == '+')
            message = "a number has no '+' in front";
        else if (digits.StartsWith("Infinity"u8) || digits.StartsWith("NaN"u8))
            message = "only finite numbers can be written";
        else if (digits.StartsWith("."u8))
            message = "a number needs a digit before the '.'; write 0.5, not .5";
        else if (digits.Length > 1 && digits[0] == '0' && char.IsAsciiDigit((char)digits[1]))
            message = "a number has no leading zeros; write a string in double quotes to keep them";
        else if (digits.Length > 1 && digits[0] == '0' && digits[1] is (byte)'x' or (byte)'X')
            message = "hexadecimal numbers are not part of JSON; write the number in decimal";
        else if (digits.Contains((byte)'_'))
            message = "a number has no '_' between its digits";
        else if (EndsInPoint(digits))
            message = "a number needs a digit after the '.'";
        else
            message = "this is no number of JSON; write a string in double quotes if it is text";
        return new JsonSyntaxProblem(offset, message);
    }

    private static bool EndsInPoint(ReadOnlySpan<byte> digits)
    {
        int point = digits.IndexOf((byte)'.');
        return point >= 0 && (point + 1 == digits.Length || !char.IsAsciiDigit((char)digits[point + 1]));
    }

    private static ReadOnlySpan<byte> Word(ReadOnlySpan<byte> rest)
    {
        int length = 0;
        while (length < rest.Length && (rest[length] >= 0x80 || char.IsAsciiLetterOrDigit((char)rest[length])
            || rest[length] is (byte)'_' or (byte)'-' or (byte)'+' or (byte)'.' or (byte)'$'))
        {
            length++;
        }

        return rest[..length];
    }
}
