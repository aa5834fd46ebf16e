namespace Varai.Configuration.History;

/// <summary>A file of a version.</summary>
/// <param name="Layer">Its layer.</param>
/// <param name="Name">Its name within the folder.</param>
/// <param name="Blob">Its content without a byte order mark.</param>
/// <param name="Mark">Whether it began with one; <see langword="null"/> for no.</param>
internal sealed record VersionFile(ConfigurationLayer Layer, string Name, string Blob, bool? Mark = null);
