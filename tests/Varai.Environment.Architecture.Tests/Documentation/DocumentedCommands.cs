namespace Varai.Architecture.Tests.Documentation;

/// <summary>The commands that the pages show, and how a test runs each. They run on what is built already, in the configuration
/// that is built: building the tree a second time while its tests run would take its files away from them.</summary>
internal static class DocumentedCommands
{
    /// <summary>Commands that are the frame this test runs in, or that change the user's own project or checkout.</summary>
    public static readonly IReadOnlySet<string> Exempt = new HashSet<string>(StringComparer.Ordinal)
    {
        "./test.sh",
        "VARAI_REQUIRE_SERVERS=1 ./test.sh",
        "./src/update-public-api.sh",
        "dotnet build",
        "dotnet test",
        "dotnet format",
        "dotnet new console -o Shop",
        "cd Shop",
        "dotnet add package Microsoft.Extensions.Hosting --version 10.0.15",
        "dotnet add package Varai.Environment --prerelease",
        "dotnet run",
        "VARAI_ENVIRONMENT=staging dotnet run",
        "dotnet pack -c Release -o artifacts/packages",
    };

    /// <summary>The rest: the command as shown, and the arguments of <c>dotnet</c> that do the same without a build.</summary>
    public static readonly IReadOnlyDictionary<string, string[]> Run = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["dotnet run --project samples/Quickstart"] = Project("samples/Quickstart"),
        ["dotnet run --project samples/FeatureFlags"] = Project("samples/FeatureFlags"),
        ["dotnet run --project samples/Promotion"] = Project("samples/Promotion"),
        ["dotnet run --project samples/Secrets"] = Project("samples/Secrets"),
        ["dotnet run -c Release --project benchmarks/Varai.Benchmarks -- ratios"] = Project("benchmarks/Varai.Benchmarks", "ratios", "--smoke"),
        ["dotnet run -c Release --project benchmarks/Varai.Benchmarks -- ratios data"] = Project("benchmarks/Varai.Benchmarks", "ratios", "data", "--smoke"),
    };

    /// <summary>Whether a command is shown on some page, is run by a test or needs none.</summary>
    public static IReadOnlySet<string> All { get; } = Exempt.Concat(Run.Keys).ToHashSet(StringComparer.Ordinal);

    private static string[] Project(string path, params string[] arguments) =>
        ["run", "--project", path, "-c", Repository.BuildConfiguration, "--no-build", "--", .. arguments];
}
