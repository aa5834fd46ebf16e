using System.IO.Compression;
using System.Xml.Linq;

namespace Varai.Architecture.Tests.Packaging;

[Collection(DotnetCollection.Name)]
public sealed class PackageTests(PackedProduct packed)
{
    private static readonly string[] Names = [.. Product.Projects.Select(p => Path.GetFileNameWithoutExtension(p)!)];

    [Fact]
    public void Pack_OfTheSolution_MakesThePackagesUnderSrcAndNoOthers() =>
        Assert.Equal(
            Names.SelectMany(n => (string[])[$"{n}.{PackedProduct.Version}.nupkg", $"{n}.{PackedProduct.Version}.snupkg"]).Order(StringComparer.Ordinal),
            Directory.EnumerateFiles(packed.Source).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal));

    [Fact]
    public void Package_OfEachProject_HoldsLibraryDocumentationAndReadme() =>
        Assert.All(Names, name =>
        {
            using ZipArchive package = ZipFile.OpenRead(Path.Combine(packed.Source, $"{name}.{PackedProduct.Version}.nupkg"));
            string[] entries = [.. package.Entries.Select(e => e.FullName)];
            Assert.Contains($"lib/net10.0/{name}.dll", entries);
            Assert.Contains($"lib/net10.0/{name}.xml", entries);
            Assert.Contains("README.md", entries);
            Assert.Equal(1, entries.Count(e => e.EndsWith(".dll", StringComparison.Ordinal)));

            using ZipArchive symbols = ZipFile.OpenRead(Path.Combine(packed.Source, $"{name}.{PackedProduct.Version}.snupkg"));
            Assert.Contains($"lib/net10.0/{name}.pdb", symbols.Entries.Select(e => e.FullName));
        });

    [Fact]
    public void Manifest_OfEachProject_NamesLicenceReadmeAndWhatItNeedsAtRunTime() =>
        Assert.All(Product.Projects, project =>
        {
            string name = Path.GetFileNameWithoutExtension(project);
            XElement metadata = Manifest(name);
            Assert.Equal("MIT", Value(metadata, "license"));
            Assert.Equal("README.md", Value(metadata, "readme"));
            Assert.Equal("Varai.Environment contributors", Value(metadata, "authors"));
            Assert.NotEqual("Package Description", Value(metadata, "description"));
            Assert.NotEqual("", Value(metadata, "tags"));

            // Analyzers and the version tool are for our build only.
            string[] development = [.. XDocument.Load(Repository.Path("Directory.Packages.props")).Descendants("GlobalPackageReference").Select(e => (string)e.Attribute("Include")!)];
            string[] dependencies = [.. metadata.Descendants().Where(e => e.Name.LocalName == "dependency").Select(e => (string)e.Attribute("id")!)];
            Assert.NotEmpty(development);
            Assert.Empty(dependencies.Intersect(development, StringComparer.OrdinalIgnoreCase));
            Assert.DoesNotContain(dependencies, d => d.Contains("Analyzers", StringComparison.Ordinal) || d.Contains("SourceLink", StringComparison.Ordinal));

            string[] direct = [.. XDocument.Load(project).Descendants("PackageReference").Where(e => e.Attribute("PrivateAssets") is null).Select(e => (string)e.Attribute("Include")!)];
            Assert.Superset(direct.ToHashSet(StringComparer.Ordinal), dependencies.ToHashSet(StringComparer.Ordinal));
        });

    private static string Value(XElement metadata, string name) =>
        metadata.Elements().SingleOrDefault(e => e.Name.LocalName == name)?.Value ?? "";

    private XElement Manifest(string name)
    {
        using ZipArchive package = ZipFile.OpenRead(Path.Combine(packed.Source, $"{name}.{PackedProduct.Version}.nupkg"));
        using Stream manifest = package.GetEntry($"{name}.nuspec")!.Open();
        return XDocument.Load(manifest).Root!.Elements().Single(e => e.Name.LocalName == "metadata");
    }
}
