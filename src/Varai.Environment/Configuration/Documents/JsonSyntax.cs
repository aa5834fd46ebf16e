using System.Text.Json;

namespace Varai.Configuration.Documents;

/// <summary>Says in a person's words why a text is not JSON.</summary>
/// <remarks>The parser's own messages carry positions in bytes from 0 and often name the end of the trouble, not its start. So the
/// text is looked at again from the end of the last good token. Values are never quoted: what stands there may be a secret.</remarks>
internal static class JsonSyntax
{
    public static void AddError(
        ReadOnlySpan<byte> text, JsonProgress progress, TreeBuilder builder, DocumentErrors errors, JsonException exception)
    {
        var place = new JsonSyntaxPlace(text, progress.End);
        JsonSyntaxProblem problem = place.SkipTrivia() ?? Find(ref place, progress, builder, errors)
            ?? new JsonSyntaxProblem(place.Offset, Strip(exception.Message));
        errors.Add(problem.Offset, builder.Path(), problem.Message, problem.Expected, problem.Found, problem.DidYouMean);
    }

    private static JsonSyntaxProblem? Find(ref JsonSyntaxPlace place, JsonProgress progress, TreeBuilder builder, DocumentErrors errors)
    {
        switch (progress.Token)
        {
            case JsonTokenType.None:
                return place.IsAtEnd ? new JsonSyntaxProblem(0, DocumentText.Empty) : FindInValue(ref place, builder, errors);
            case JsonTokenType.PropertyName or JsonTokenType.StartArray:
                return FindInValue(ref place, builder, errors);
            case JsonTokenType.StartObject:
                return FindInName(ref place, builder, errors);
        }

        if (builder.Depth == 0)
            return new JsonSyntaxProblem(place.Offset, "there is more text after the end of the document");
        if (place.IsAtEnd)
            return Unclosed(place, builder, errors);
        if (place.Current == ',')
        {
            place.Skip(1);
            return place.SkipTrivia()
                ?? (builder.InObject ? FindInName(ref place, builder, errors) : FindInValue(ref place, builder, errors));
        }

        if (place.Offset == progress.End && (char.IsAsciiLetterOrDigit(place.Current) || place.Current is '_' or '.' or '-' or '+'))
            return new JsonSyntaxProblem(place.Offset, "the value does not end here; a string has to be in double quotes");
        if (JsonSyntaxPlace.StartsValue(place.Current))
            return new JsonSyntaxProblem(place.Offset, $"a comma is missing before this {(builder.InObject ? "name" : "value")}");
        return new JsonSyntaxProblem(place.Offset, WrongEnd(place, builder, errors), $"',' or '{Closing(builder)}'", place.Describe());
    }

    private static JsonSyntaxProblem? FindInName(ref JsonSyntaxPlace place, TreeBuilder builder, DocumentErrors errors)
    {
        if (place.IsAtEnd)
            return Unclosed(place, builder, errors);
        switch (place.Current)
        {
            case '"':
                if (place.SkipString() is { } problem)
                    return problem;
                return place.SkipTrivia() ?? new JsonSyntaxProblem(
                    place.Offset, "a ':' is missing after the name", "':'", place.Describe());
            case '\'':
                return new JsonSyntaxProblem(place.Offset, "a name is written in double quotes, not in single ones");
            case ',':
                return new JsonSyntaxProblem(place.Offset, "there is one comma too many");
            case '}':
                return null;
        }

        if (char.IsAsciiLetterOrDigit(place.Current) || place.Current is '_' or '$' or '-')
            return new JsonSyntaxProblem(place.Offset, "a name has to be in double quotes");
        return new JsonSyntaxProblem(place.Offset, WrongEnd(place, builder, errors), "a name in double quotes or '}'", place.Describe());
    }

    private static JsonSyntaxProblem? FindInValue(ref JsonSyntaxPlace place, TreeBuilder builder, DocumentErrors errors)
    {
        bool inArray = builder.Depth > 0 && !builder.InObject;
        if (place.IsAtEnd)
            return Unclosed(place, builder, errors);
        switch (place.Current)
        {
            case '"':
                return place.SkipString();
            case '\'':
                return new JsonSyntaxProblem(place.Offset, "a string is written in double quotes, not in single ones");
            case ',':
                return new JsonSyntaxProblem(place.Offset, inArray ? "there is one comma too many" : "the value is missing");
            case '}' when !inArray && builder.Depth > 0:
                return new JsonSyntaxProblem(place.Offset, "the value is missing");
            case ':':
                return new JsonSyntaxProblem(place.Offset, "there is one ':' too many");
        }

        JsonSyntaxPlace end = place;
        if (JsonSyntaxValue.IsNumber(place) && end.SkipLastNumber())
            return Unclosed(end, builder, errors);
        return JsonSyntaxValue.Find(place)
            ?? new JsonSyntaxProblem(place.Offset, WrongEnd(place, builder, errors), inArray ? "a value or ']'" : "a value", place.Describe());
    }

    private static string WrongEnd(JsonSyntaxPlace place, TreeBuilder builder, DocumentErrors errors) =>
        place.Current is '}' or ']' && builder.Depth > 0
            ? $"this closes nothing; the '{Opening(builder)}' at {errors.Place(builder.OpenStart)} is open"
            : "this character can't stand here";

    private static JsonSyntaxProblem Unclosed(JsonSyntaxPlace place, TreeBuilder builder, DocumentErrors errors) =>
        new(place.Offset, $"the file ends before the '{Opening(builder)}' at {errors.Place(builder.OpenStart)} is closed");

    private static char Opening(TreeBuilder builder) => builder.InObject ? '{' : '[';

    private static char Closing(TreeBuilder builder) => builder.InObject ? '}' : ']';

    private static string Strip(string message)
    {
        int position = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return position < 0 ? message : message[..position];
    }
}
