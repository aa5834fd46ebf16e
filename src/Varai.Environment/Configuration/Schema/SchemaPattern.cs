using System.Text.RegularExpressions;

namespace Varai.Configuration.Schema;

/// <summary>A regular expression of a schema, with a limit on the time one match may take.</summary>
internal sealed class SchemaPattern
{
    /// <summary>A pattern that takes this long on one value never ends in practice.</summary>
    public static readonly TimeSpan TimeLimit = TimeSpan.FromMilliseconds(250);

    private readonly Regex _regex;

    /// <summary>Takes a pattern of ECMA-262.</summary>
    /// <exception cref="ArgumentException">The pattern can't be used; <see cref="FaultOf"/> says why.</exception>
    public SchemaPattern(string source)
    {
        Source = source;
        try
        {
            _regex = new Regex(EcmaPattern.Translate(source), RegexOptions.CultureInvariant, TimeLimit);
        }
        catch (FormatException error)
        {
            throw new ArgumentException(error.Message, nameof(source), error);
        }
        catch (RegexParseException error)
        {
            throw new ArgumentException(Describe(error.Error), nameof(source), error);
        }
    }

    /// <summary>The pattern as written.</summary>
    public string Source { get; }

    /// <summary>Why a text is no usable pattern, or <see langword="null"/> when it is one.</summary>
    public static string? Fault(string source)
    {
        try
        {
            _ = new SchemaPattern(source);
            return null;
        }
        catch (ArgumentException error)
        {
            return FaultOf(error);
        }
    }

    /// <summary>The reason in an error of the constructor.</summary>
    public static string FaultOf(ArgumentException error) => error.InnerException switch
    {
        RegexParseException parse => Describe(parse.Error),
        { } inner => inner.Message,
        null => error.Message,
    };

    /// <summary>Whether the pattern occurs in the text.</summary>
    /// <exception cref="RegexMatchTimeoutException">The time limit has passed.</exception>
    public bool IsMatch(string text) => _regex.IsMatch(text);

    // The engine's own message quotes the translated pattern, which nobody wrote.
    private static string Describe(RegexParseError error) => error switch
    {
        RegexParseError.InsufficientClosingParentheses => "a '(' has no ')'",
        RegexParseError.InsufficientOpeningParentheses => "a ')' has no '('",
        RegexParseError.QuantifierAfterNothing => "there is nothing before a '*', '+', '?' or '{...}' to repeat",
        RegexParseError.NestedQuantifiersNotParenthesized => "two quantifiers follow one another",
        RegexParseError.ReversedQuantifierRange => "a quantifier '{n,m}' runs backwards",
        RegexParseError.ReversedCharacterRange => "a range in '[...]' runs backwards",
        RegexParseError.QuantifierOrCaptureGroupOutOfRange => "a number in it is too large",
        RegexParseError.UnterminatedBracket => "a '[' has no ']'",
        _ => $"it is not valid ({error})",
    };
}
