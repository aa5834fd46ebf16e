namespace Varai.Configuration.Documents;

/// <summary>Changes single keys of a configuration file, JSON or YAML by its ending.</summary>
internal static class DocumentEditor
{
    /// <inheritdoc cref="JsonEditor.Set"/>
    public static byte[] Set(ConfigurationFile file, ConfigurationNode root, string key, string valueJson, ParsedDocuments? documents = null) => DocumentReader.IsYaml(file.Path)
        ? YamlEditor.Set(file, root, key, valueJson, documents)
        : JsonEditor.Set(file, root, key, valueJson, documents);

    /// <inheritdoc cref="JsonEditor.Remove"/>
    public static byte[] Remove(ConfigurationFile file, ConfigurationNode root, string key, ParsedDocuments? documents = null) => DocumentReader.IsYaml(file.Path)
        ? YamlEditor.Remove(file, root, key, documents)
        : JsonEditor.Remove(file, root, key, documents);
}
