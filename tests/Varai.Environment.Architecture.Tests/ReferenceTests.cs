using System.Xml.Linq;
using Varai.Architecture.Tests.Rules;

namespace Varai.Architecture.Tests;

public sealed class ReferenceTests
{
    [Fact]
    public void Projects_UnderSrc_ReferenceOnlyAlongTheArrows() =>
        Assert.Empty(Product.Projects.SelectMany(p => ReferenceRules.OfProject(Path.GetFileNameWithoutExtension(p), XDocument.Load(p))));

    [Fact]
    public void Assemblies_UnderSrc_ReferenceOnlyAlongTheArrows() =>
        Assert.Empty(Product.Assemblies.SelectMany(a => ReferenceRules.OfAssembly(a.GetName().Name!, a.GetReferencedAssemblies().Select(r => r.Name!))));

    [Fact]
    public void Product_Found_HoldsTheThreePackages() =>
        Assert.Superset(
            new HashSet<string> { "Varai.Environment", "Varai.Environment.Abstractions", "Varai.Environment.Testing" },
            Product.Assemblies.Select(a => a.GetName().Name!).ToHashSet());

    [Theory]
    [InlineData("Varai.Environment.Abstractions", "<ProjectReference Include='../Varai.Environment/Varai.Environment.csproj' />", "Varai.Environment")]
    [InlineData("Varai.Environment.Abstractions", "<PackageReference Include='Microsoft.Extensions.Hosting' />", "Microsoft.Extensions.Hosting")]
    [InlineData("Varai.Environment.Abstractions", "<PackageReference Include='YamlDotNet' />", "YamlDotNet")]
    [InlineData("Varai.Environment.Testing", "<ProjectReference Include='..\\Varai.Environment\\Varai.Environment.csproj' />", "Varai.Environment")]
    [InlineData("Varai.Environment", "<PackageReference Include='Npgsql' />", "Npgsql")]
    public void OfProject_AgainstAnArrow_Complains(string name, string item, string reference)
    {
        XDocument project = XDocument.Parse($"<Project><ItemGroup>{item}</ItemGroup></Project>");
        Assert.Equal([$"{name} may not reference {reference}."], ReferenceRules.OfProject(name, project));
    }

    [Fact]
    public void OfProject_UnknownProject_Complains() =>
        Assert.Contains("which arrows may it have?", Assert.Single(ReferenceRules.OfProject("Varai.Environment.Nowhere", XDocument.Parse("<Project/>"))), StringComparison.Ordinal);

    [Fact]
    public void OfAssembly_AgainstAnArrow_Complains()
    {
        string[] references = ["System.Runtime", "Microsoft.Extensions.Primitives", "Microsoft.Extensions.Http", "Varai.Environment"];
        Assert.Equal(
            ["Varai.Environment.Testing may not reference Microsoft.Extensions.Http.", "Varai.Environment.Testing may not reference Varai.Environment."],
            ReferenceRules.OfAssembly("Varai.Environment.Testing", references));
    }
}
