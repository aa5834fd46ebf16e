using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Varai.Architecture.Tests.Rules;

namespace Varai.Architecture.Tests;

public sealed class NameTests
{
    // Everything the host can load, which includes ASP.NET Core, is what a web project's implicit usings choose from.
    private static readonly Lazy<IReadOnlySet<string>> Taken = new(() =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => !Path.GetFileName(path).StartsWith("Varai.", StringComparison.Ordinal))
            .SelectMany(PublicTypesOfImplicitUsings)
            .ToHashSet(StringComparer.Ordinal));

    [Fact]
    public void Namespaces_OfOurs_HideNothing() =>
        Assert.Empty(Product.Types.Select(t => t.Namespace).Distinct(StringComparer.Ordinal)
            .Where(ns => ns?.StartsWith("Varai", StringComparison.Ordinal) == true)
            .SelectMany(ns => NameRules.OfNamespace(ns, Taken.Value)));

    [Fact]
    public void PublicTypes_OfOurs_AreUnambiguous() =>
        Assert.Empty(Product.Types.Where(t => t is { IsPublic: true }).SelectMany(t => NameRules.OfPublicType(t.Name, Taken.Value)));

    [Fact]
    public void Namespaces_OfOurs_FollowTheFolders() =>
        Assert.Empty(Product.Sources.SelectMany(FolderComplaints));

    [Theory]
    [InlineData("Environment")] // System
    [InlineData("Environments")] // Microsoft.Extensions.Hosting
    [InlineData("Host")]
    [InlineData("ILogger`1")] // Microsoft.Extensions.Logging
    [InlineData("WebApplication")] // Microsoft.AspNetCore.Builder
    [InlineData("Results")] // Microsoft.AspNetCore.Http
    public void Taken_NamesOfImplicitUsings_AreFound(string name) => Assert.Contains(name, Taken.Value);

    [Theory]
    [InlineData("Varai.Environment", 1)]
    [InlineData("Varai.Environments.Internal", 1)]
    [InlineData("Varai.Options", 1)]
    [InlineData("Varai.Results", 1)]
    [InlineData("Varai.Timer.Random", 2)]
    [InlineData("Varai.Configuration.Documents", 0)]
    public void OfNamespace_ASegmentThatIsTaken_Complains(string ns, int complaints) =>
        Assert.Equal(complaints, NameRules.OfNamespace(ns, Taken.Value).Count());

    [Theory]
    [InlineData("Environment", 1)]
    [InlineData("Options", 1)]
    [InlineData("Timer", 1)]
    [InlineData("VaraiBuilder", 0)]
    public void OfPublicType_ANameThatIsTaken_Complains(string name, int complaints) =>
        Assert.Equal(complaints, NameRules.OfPublicType(name, Taken.Value).Count());

    [Theory]
    [InlineData("src/P/Configuration/A.cs", "namespace Varai.Configuration;", 0)]
    [InlineData("src/P/A.cs", "namespace Varai;", 0)]
    [InlineData("src/P/DependencyInjection/A.cs", "namespace Microsoft.Extensions.DependencyInjection;", 0)]
    [InlineData("src/P/DependencyInjection/A.cs", "namespace Microsoft.Extensions.Hosting;", 0)]
    [InlineData("src/P/DependencyInjection/A.cs", "namespace Microsoft.AspNetCore.Builder;", 0)]
    [InlineData("src/P/Configuration/A.cs", "namespace Varai.State;", 1)]
    [InlineData("src/P/Configuration/Documents/A.cs", "namespace Varai.Configuration;", 1)]
    [InlineData("src/P/Configuration/A.cs", "namespace Microsoft.Extensions.Hosting;", 1)]
    public void FolderOf_AnotherNamespace_Complains(string file, string text, int complaints) =>
        Assert.Equal(complaints, FolderComplaints(file, text).Count());

    private static IEnumerable<string> FolderComplaints(string file) =>
        FolderComplaints(Path.GetRelativePath(Repository.Root, file).Replace('\\', '/'), File.ReadAllText(file));

    private static IEnumerable<string> FolderComplaints(string file, string text)
    {
        string? ns = text.Split('\n').FirstOrDefault(l => l.StartsWith("namespace ", StringComparison.Ordinal))?["namespace ".Length..].TrimEnd(';', '\r', ' ');
        string[] parts = file.Split('/');
        string project = parts[1] switch
        {
            "Varai.Environment.Azure" => "Varai.AzureCloud",
            "Varai.Environment.Abstractions" => "Varai",
            var vendor when vendor.StartsWith("Varai.Environment.", StringComparison.Ordinal) => "Varai" + vendor["Varai.Environment".Length..],
            _ => "Varai",
        };
        string expected = string.Join('.', [project, .. parts[2..^1]]);
        bool registration = parts[2] == "DependencyInjection" && ns is "Microsoft.Extensions.DependencyInjection" or "Microsoft.Extensions.Hosting" or "Microsoft.AspNetCore.Builder";
        return ns is null || ns == expected || registration ? [] : [$"{file} is in the namespace {ns}; its folder says {expected}."];
    }

    private static List<string> PublicTypesOfImplicitUsings(string path)
    {
        using var stream = File.OpenRead(path);
        using var pe = new PEReader(stream);
        if (!pe.HasMetadata)
            return [];

        MetadataReader reader = pe.GetMetadataReader();
        return
        [
            .. reader.TypeDefinitions.Select(reader.GetTypeDefinition)
                .Where(t => (t.Attributes & TypeAttributes.VisibilityMask) == TypeAttributes.Public
                    && NameRules.ImplicitUsings.Contains(reader.GetString(t.Namespace)))
                .Select(t => reader.GetString(t.Name)),
        ];
    }
}
