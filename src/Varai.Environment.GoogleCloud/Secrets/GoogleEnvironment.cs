namespace Varai.GoogleCloud.Secrets;

/// <summary>The one place of this package that reads the process's environment variables.</summary>
internal static class GoogleEnvironment
{
    public static string? Project => Read("GOOGLE_CLOUD_PROJECT");

    /// <summary>Where the metadata server is, for those that have another in its place.</summary>
    public static string MetadataHost => Read("GCE_METADATA_HOST") ?? "metadata.google.internal";

    private static string? Read(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
