namespace Varai.Configuration.Documents;

/// <summary>What an alias stands for.</summary>
/// <param name="Node">The value; <see langword="null"/> while it is still being read.</param>
/// <param name="Nodes">How many values it holds, itself and aliases inside it counted in full.</param>
/// <param name="Height">How many levels of objects and arrays it has.</param>
/// <param name="Offset">Where the anchor was written.</param>
internal sealed record YamlAnchor(ConfigurationNode? Node, int Nodes, int Height, int Offset);
