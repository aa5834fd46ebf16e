using Varai.Configuration.Documents;

namespace Varai.Configuration.Layers;

/// <summary>Reads the layers of an environment and merges them.</summary>
internal sealed class LayerLoader(EnvironmentFolder folder, EnvironmentConfigurationOptions options)
{
    private static readonly ConfigurationLayer[] Order = [ConfigurationLayer.Base, ConfigurationLayer.Environment, ConfigurationLayer.Local];

    private readonly Dictionary<string, string> _mergeArraysBy = WithKnown(options.MergeArraysBy);

    public EnvironmentFolder Folder { get; } = folder;

    public ParsedDocuments Documents { get; } = new(new DocumentLimits(options.MaxFileBytes, options.MaxDepth, options.MaxNodes));

    /// <summary>Reads the files as they are on disk, or as <paramref name="replacements"/> would make them.</summary>
    /// <param name="environmentName">The environment.</param>
    /// <param name="replacements">Content by full path that takes the place of the file's.</param>
    /// <param name="includeLocal">Whether this machine's own file counts.</param>
    public LoadedConfiguration Load(string environmentName, IReadOnlyDictionary<string, byte[]>? replacements = null, bool includeLocal = true)
    {
        var errors = new List<ConfigurationError>();
        var layers = new List<LayerFile>(Order.Length);
        ConfigurationNode? merged = null;
        try
        {
            merged = ReadLayers(environmentName, replacements, includeLocal && Folder.Source.HasLocalLayer ? Order : Order[..^1], layers, errors);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            errors.Add(new ConfigurationError(
                $"The folder can't be listed: {e.Message}", new ConfigurationOrigin(Folder.DisplayPath, 0, 0), Key: "")
            { Check = "files" });
        }

        return new LoadedConfiguration(environmentName, layers, merged ?? ConfigurationNode.Object([]), errors)
        {
            Replacements = replacements,
            Source = Folder.Source,
        };
    }

    private ConfigurationNode? ReadLayers(
        string environmentName,
        IReadOnlyDictionary<string, byte[]>? replacements,
        ConfigurationLayer[] order,
        List<LayerFile> layers,
        List<ConfigurationError> errors)
    {
        ConfigurationNode? merged = null;
        string[]? listed = null;
        var merger = new LayerMerger(_mergeArraysBy, errors);
        foreach (ConfigurationLayer layer in order)
        {
            int known = errors.Count;
            string? path = Folder.Find(layer, environmentName, ref listed, errors);
            path ??= replacements?.Keys.FirstOrDefault(p => Folder.IsLayer(p, layer, environmentName));
            if (path is null)
            {
                if (layer == ConfigurationLayer.Environment && !options.AllowMissingEnvironmentFile && errors.Count == known)
                    Folder.RequireEnvironmentFile(environmentName, errors);
                continue;
            }

            if (Read(layer, path, replacements, errors) is not { } read)
                continue;
            layers.Add(read);
            if (read.Root is not null)
                merged = merged is null ? WithoutSchemaMember(read.Root) : merger.Merge(merged, WithoutSchemaMember(read.Root));
        }

        return merged;
    }

    private LayerFile? Read(
        ConfigurationLayer layer, string path, IReadOnlyDictionary<string, byte[]>? replacements, List<ConfigurationError> errors)
    {
        ConfigurationFile? file = replacements is not null && replacements.TryGetValue(path, out byte[]? content)
            ? new ConfigurationFile(Folder.Display(path), content)
            : Folder.Source.Read(path, Documents.Limits, errors);
        if (file is null)
            return null;

        // A tree that is remembered is of an equal file, which is the one that its nodes name.
        ConfigurationNode? root = Documents.Parse(file, errors);
        return new LayerFile(layer, path, root?.File ?? file, root);
    }

    // `$schema` tells an editor where the schema lies; it is no setting.
    private static ConfigurationNode WithoutSchemaMember(ConfigurationNode root)
    {
        int index = root.IndexOf("$schema");
        if (index < 0)
            return root;
        ConfigurationMember[] members = [.. root.Members.Where((_, i) => i != index)];
        return ConfigurationNode.Object(members, root.File, root.Start, root.Length);
    }

    // The flags of Microsoft's schema: an environment's file names the ones that differ, and replacing the array would drop the rest.
    private static Dictionary<string, string> WithKnown(IDictionary<string, string> configured)
    {
        var all = new Dictionary<string, string>(configured, StringComparer.OrdinalIgnoreCase);
        all.TryAdd("feature_management:feature_flags", "id");
        return all;
    }
}
