using Varai.Configuration.Documents;
using Varai.Configuration.Layers;
using Varai.Configuration.Schema;

namespace Varai.Configuration;

/// <summary>Holds a document against the JSON Schemas that lie beside the configuration: <c>schema.json</c> for the whole
/// document, <c>schemas/&lt;component&gt;.json</c> for one component. They refer to each other by relative paths.</summary>
internal sealed class SchemaGate(EnvironmentFolder folder, DocumentLimits limits, bool checkFormats)
{
    public const string ComponentFolder = "schemas";
    private const string WholeDocument = "schema.json";
    private const string Extension = ".json";

    private volatile Compiled? _compiled;

    /// <summary>Everything that is wrong with the document, or with the schemas themselves.</summary>
    public IReadOnlyList<ConfigurationError> Validate(ConfigurationNode root)
    {
        var errors = new List<ConfigurationError>();
        Compiled compiled = _compiled is { } known && known.IsCurrent() ? known : Compile(errors);
        if (errors.Count > 0)
            return errors;
        _compiled = compiled;
        foreach ((string component, JsonSchema schema) in compiled.Schemas)
        {
            ConfigurationNode? node = component.Length == 0 ? root : root.Find(component);
            if (node is null)
                continue;
            errors.AddRange(schema.Validate(
                node, new SchemaValidationOptions { AssertFormat = checkFormats, AllowReferences = true, Key = component }));
        }

        // A component's own schema may say what the whole document's has said.
        return [.. errors.DistinctBy(e => (e.Origin, e.Key, e.Message))];
    }

    private Compiled Compile(List<ConfigurationError> errors)
    {
        var read = new Dictionary<string, ConfigurationFile>(StringComparer.Ordinal);
        var schemas = new List<(string Component, JsonSchema Schema)>();
        var set = new SchemaSet { Resolve = (uri, problems) => Resolve(uri, read, problems) };
        IReadOnlyList<(string Component, string Path)> entries = FindEntries();
        foreach ((string component, string path) in entries)
        {
            if (set.Compile(SchemaUri.FromPath(path), errors) is { } schema)
                schemas.Add((component, schema));
        }

        return new Compiled(schemas, [.. entries.Select(e => e.Path)], read, FindEntries, folder.Source.ReadBytes);
    }

    private List<(string Component, string Path)> FindEntries()
    {
        var entries = new List<(string, string)>();
        string whole = Path.Combine(folder.FullPath, WholeDocument);
        if (folder.Source.IsFile(whole))
            entries.Add(("", whole));
        entries.AddRange(folder.Source.List(ComponentFolder)
            .Where(path => path.EndsWith(Extension, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(path => (Path.GetFileNameWithoutExtension(path), path)));
        return entries;
    }

    // A reference out of the folder is unknown, and so is one to a server.
    private ConfigurationNode? Resolve(string uri, Dictionary<string, ConfigurationFile> read, List<ConfigurationError> problems)
    {
        if (!Uri.TryCreate(uri, UriKind.Absolute, out Uri? parsed) || !parsed.IsFile)
            return null;
        string path = Path.GetFullPath(parsed.LocalPath);
        if (!path.StartsWith(folder.FullPath + Path.DirectorySeparatorChar, StringComparison.Ordinal) || !folder.Source.IsFile(path))
            return null;
        if (folder.Source.Read(path, limits, problems) is not { } file)
            return null;
        read[path] = file;
        return DocumentReader.Parse(file, limits, problems, caseSensitiveNames: true);
    }

    /// <summary>The schemas made of certain files; good as long as those have the same bytes and no other schema was added.</summary>
    private sealed class Compiled(
        IReadOnlyList<(string Component, JsonSchema Schema)> schemas,
        string[] entries,
        Dictionary<string, ConfigurationFile> files,
        Func<List<(string Component, string Path)>> findEntries,
        Func<string, byte[]?> readBytes)
    {
        private const int ByteOrderMarkLength = 3;

        public IReadOnlyList<(string Component, JsonSchema Schema)> Schemas { get; } = schemas;

        public bool IsCurrent()
        {
            if (!findEntries().Select(e => e.Path).SequenceEqual(entries, StringComparer.Ordinal))
                return false;
            try
            {
                return files.All(f => readBytes(f.Key) is { } now && Same(now, f.Value.Content.Span));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Compiling says what is the matter with the file.
                return false;
            }
        }

        private static bool Same(ReadOnlySpan<byte> now, ReadOnlySpan<byte> then) => now.EndsWith(then) && (now.Length - then.Length is 0 or ByteOrderMarkLength);
    }
}
