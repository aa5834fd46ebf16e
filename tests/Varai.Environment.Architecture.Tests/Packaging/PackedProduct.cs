using System.Text.RegularExpressions;

namespace Varai.Architecture.Tests.Packaging;

/// <summary>What we ship, packed once for all tests into a folder that serves as a package source.</summary>
public sealed partial class PackedProduct : IAsyncLifetime
{
    /// <summary>No version that was ever published, so that nothing else can be taken for it.</summary>
    public const string Version = "0.1.0-packed";

    private readonly TemporaryFolder _folder = new();

    /// <summary>The folder that holds the packages.</summary>
    public string Source => _folder.File("packages");

    public async ValueTask InitializeAsync() =>
        await Command.DotnetAsync(
            Repository.Root, TestContext.Current.CancellationToken, "pack", "Varai.Environment.sln", "--no-build",
            "-c", Repository.BuildConfiguration, $"-p:MinVerVersionOverride={Version}", "-o", Source);

    /// <summary>Writes, restores and builds a project outside the tree that takes our packages from <see cref="Source"/>, runs
    /// it in the environment <c>staging</c> and gives what it printed.</summary>
    /// <param name="sdk">The SDK of the project, such as <c>Microsoft.NET.Sdk.Web</c>.</param>
    /// <param name="packages">Its package references, ours and others.</param>
    /// <param name="files">Its files by name, the program among them.</param>
    internal async Task<string> RunConsumerAsync(
        string sdk, IReadOnlyDictionary<string, string> packages, IReadOnlyDictionary<string, string> files, CancellationToken cancellationToken)
    {
        using var folder = new TemporaryFolder();
        string references = string.Concat(packages.Select(p => $"    <PackageReference Include=\"{p.Key}\" Version=\"{p.Value}\" />\n"));
        folder.Write("Shop.csproj", $"""
            <Project Sdk="{sdk}">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <InvariantGlobalization>true</InvariantGlobalization>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <!-- Not the machine's package folder, which would keep what it once unpacked under this version; from there
                     come only the packages of others. -->
                <RestorePackagesPath>{folder.File("restored")}</RestorePackagesPath>
                <RestoreFallbackFolders>{await MachineFolderAsync(cancellationToken)}</RestoreFallbackFolders>
                <RestoreAdditionalProjectSources>{Source}</RestoreAdditionalProjectSources>
              </PropertyGroup>
              <ItemGroup>
            {references}  </ItemGroup>
            </Project>
            """);
        foreach ((string name, string text) in files)
            folder.Write(name, text);

        await Command.DotnetAsync(folder.Root, cancellationToken, "build", "-v", "quiet", "-o", folder.File("out"));
        var variables = new Dictionary<string, string>(StringComparer.Ordinal) { ["VARAI_ENVIRONMENT"] = "staging", ["SHOP_KEY"] = "12345" };
        Command shop = await Command.RunAsync(folder.File(Path.Combine("out", "Shop")), [], folder.Root, cancellationToken, variables);
        Assert.True(shop.ExitCode == 0, shop.Output);
        return shop.Output;
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private static async Task<string> MachineFolderAsync(CancellationToken cancellationToken)
    {
        string output = await Command.DotnetAsync(Repository.Root, cancellationToken, "nuget", "locals", "global-packages", "--list");
        return GlobalPackages().Match(output).Groups["folder"].Value.Trim();
    }

    [GeneratedRegex("^(?:info : )?global-packages: (?<folder>.+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex GlobalPackages();
}
