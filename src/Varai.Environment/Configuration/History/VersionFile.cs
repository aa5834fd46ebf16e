namespace Varai.Configuration.History;

/// <summary>A file of a version.</summary>
/// <param name="Layer">Its layer.</param>
/// <param name="Name">Its name within the folder.</param>
/// <param name="Blob">Its content.</param>
internal sealed record VersionFile(ConfigurationLayer Layer, string Name, string Blob);
