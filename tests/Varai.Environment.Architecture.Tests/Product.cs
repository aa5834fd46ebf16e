using System.Reflection;

namespace Varai.Architecture.Tests;

/// <summary>What we ship: the projects under src and their assemblies.</summary>
internal static class Product
{
    /// <summary>The csproj files under src.</summary>
    public static IReadOnlyList<string> Projects { get; } =
        [.. Directory.EnumerateFiles(Repository.Path("src"), "*.csproj", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    /// <summary>The C# files under src, without what the build generates.</summary>
    public static IReadOnlyList<string> Sources { get; } =
        [.. Directory.EnumerateFiles(Repository.Path("src"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)];

    public static IReadOnlyList<Assembly> Assemblies { get; } =
        [.. Projects.Select(p => Assembly.Load(new AssemblyName(Path.GetFileNameWithoutExtension(p))))];

    public static IEnumerable<Type> Types => Assemblies.SelectMany(a => a.GetTypes());
}
