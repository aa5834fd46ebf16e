namespace Varai.Tests.TestResources;

/// <summary>Where the tests find the source tree they were built from.</summary>
internal static class Repository
{
    /// <summary>The folder that holds the solution.</summary>
    public static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    /// <summary>Debug or Release: how these tests were built, and so the only build of the tree that surely exists.</summary>
    public static string BuildConfiguration { get; } =
#if DEBUG
        "Debug";
#else
        "Release";
#endif

    public static string Path(params string[] parts) => System.IO.Path.Combine([Root, .. parts]);

    private static string FindRoot(string start)
    {
        for (string? folder = start; folder is not null; folder = System.IO.Path.GetDirectoryName(folder))
        {
            if (File.Exists(System.IO.Path.Combine(folder, "Varai.Environment.sln")))
                return folder;
        }

        throw new InvalidOperationException($"No folder above {start} holds Varai.Environment.sln; run the tests from the tree.");
    }
}
