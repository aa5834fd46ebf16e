namespace Varai.Configuration.Layers;

/// <summary>One layer as read: its file and, where it could be parsed, its document.</summary>
internal sealed record LayerFile(ConfigurationLayer Layer, string FullPath, ConfigurationFile File, ConfigurationNode? Root);
