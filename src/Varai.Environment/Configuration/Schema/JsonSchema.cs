namespace Varai.Configuration.Schema;

/// <summary>A JSON Schema of draft-07 or 2020-12, ready to check documents with.</summary>
/// <remarks>Immutable; safe from any thread. Made by <see cref="SchemaSet.Compile(string, List{ConfigurationError})"/>.</remarks>
internal sealed class JsonSchema
{
    /// <summary>The <see cref="ConfigurationError.Check"/> of what is wrong in a schema itself.</summary>
    public const string SchemaCheck = "schema";

    private readonly SchemaNode _root;

    internal JsonSchema(SchemaNode root) => _root = root;

    internal SchemaNode Root => _root;

    /// <summary>Whether a document obeys the schema.</summary>
    public bool IsValid(ConfigurationNode document, SchemaValidationOptions? options = null)
    {
        try
        {
            return _root.Evaluate(document, new SchemaRun(options ?? SchemaValidationOptions.Default, collect: false));
        }
        catch (SchemaEvaluationException)
        {
            // Validate says why.
            return false;
        }
    }

    /// <summary>Checks a document and reports everything that is wrong in it, in the order of the positions.</summary>
    /// <returns>The errors; empty when the document obeys the schema.</returns>
    public IReadOnlyList<ConfigurationError> Validate(ConfigurationNode document, SchemaValidationOptions? options = null) =>
        Validate(document, options ?? SchemaValidationOptions.Default, keyword => $"schema:{keyword}");

    internal IReadOnlyList<ConfigurationError> Validate(
        ConfigurationNode document, SchemaValidationOptions options, Func<string, string> checkOf)
    {
        try
        {
            if (_root.Evaluate(document, new SchemaRun(options, collect: false)))
                return [];
            var run = new SchemaRun(options, collect: true);
            _root.Evaluate(document, run);
            return Report(run, checkOf);
        }
        catch (SchemaEvaluationException error)
        {
            return [new ConfigurationError(error.Message, error.Schema.Origin, options.Key) { Check = SchemaCheck }];
        }
    }

    private static ConfigurationError[] Report(SchemaRun run, Func<string, string> checkOf)
    {
        var files = new Dictionary<string, int>(StringComparer.Ordinal);
        return [.. run.Failures!
            .Select(failure => failure.ToError(checkOf(failure.Keyword), run.IsHidden(failure.Node)))
            .Distinct()
            .OrderBy(error => FileOrder(error.Origin.File))
            .ThenBy(error => error.Origin.Line)
            .ThenBy(error => error.Origin.Column)];

        int FileOrder(string file)
        {
            if (!files.TryGetValue(file, out int order))
                files.Add(file, order = files.Count);
            return order;
        }
    }
}
