using System.Runtime.CompilerServices;
using Varai.Architecture.Tests.Offenders;
using Varai.Architecture.Tests.Rules;

namespace Varai.Architecture.Tests;

public sealed class TypeTests
{
    // Interfaces that callers use and users do not implement: here a token may have a default.
    private static readonly IReadOnlySet<string> Facades = new HashSet<string>(StringComparer.Ordinal)
    {
        "IVaraiEnvironment", "IEnvironmentConfiguration", "ISecretStore", "ISecretHandle", "IFeatureFlags", "IFeatureFlagSnapshot",
        "IFeatureFlagEditor", "IFlagExposures", "IFlagUsage", "IFlagDeclarations", "IFlagRollouts",
        "IConfigurationDocuments", "IEnvironmentTransfer", "IPromotionEngine", "IPromotionControl", "IPromotionSnapshots", "IPromotionAudit", "IDataMigrator",
        "IAlertChannels",
        "IAlertDispatcher", "ISilences", "IAlertNotifications",
    };

    [Fact]
    public void Classes_ThatAreInternal_AreSealed() => Assert.Empty(TypeRules.UnsealedInternals([.. Product.Types]));

    [Fact]
    public void Internals_OfOurs_AreOpenToTestsAndBenchmarksOnly() =>
        Assert.Empty(Product.Assemblies.SelectMany(a => TypeRules.Friends(
            a.GetName().Name!,
            a.GetCustomAttributes(typeof(InternalsVisibleToAttribute), inherit: false).Cast<InternalsVisibleToAttribute>().Select(f => f.AssemblyName))));

    [Fact]
    public void Files_UnderSrc_HoldOnePublicTypeEach() =>
        Assert.Empty(Product.Sources.SelectMany(f => TypeRules.PublicTypesOfFile(f, File.ReadAllText(f))));

    [Fact]
    public void AsyncMethods_OfOurs_TakeACancellationToken() => Assert.Empty(TypeRules.Uncancellable(Product.Types, Facades));

    [Fact]
    public void Areas_OfOurs_KeepToThemselves()
    {
        var rules = new AreaRules("Varai", registration: "DependencyInjection");
        Assert.Empty(Product.Assemblies.SelectMany(a => Trespasses(rules, a.Location)));
    }

    [Fact]
    public void UnsealedInternals_OfBadTypes_NamesThem()
    {
        Type insider = typeof(Offenders.Alpha.Insider);
        Assert.Equal(
            [$"{insider.FullName} is internal and not sealed."],
            TypeRules.UnsealedInternals([insider, typeof(TypeTests), typeof(TypeRules), typeof(Offenders.Registration.Registrar), typeof(IForgetful)]));
    }

    [Fact]
    public void Friends_ThatShip_AreNamed() =>
        Assert.Equal(
            ["A opens its internals to Varai.Environment.AspNetCore: what one package needs of another is public."],
            TypeRules.Friends("A", ["Varai.Environment.Tests", "Varai.Benchmarks", "Varai.Environment.AspNetCore"]));

    [Theory]
    [InlineData("A.cs", "public sealed class A\n{\n}\n\npublic record struct B(int X);\n", "A.cs declares A and B: one public type per file.")]
    [InlineData("A.cs", "public static partial class B\n", "A.cs declares B: the file is named after its type.")]
    [InlineData("A.cs", "public interface A<T>\n{\n    public sealed class Nested;\n}\n\ninternal sealed class B;\n", null)]
    [InlineData("A.Part.cs", "public delegate Task<IReadOnlyList<int>> A(int x);\n", null)]
    [InlineData("B.cs", "public delegate Task<IReadOnlyList<int>> A(int x);\n", "B.cs declares A: the file is named after its type.")]
    public void PublicTypesOfFile_Counts(string file, string text, string? complaint) =>
        Assert.Equal(complaint is null ? [] : [complaint], TypeRules.PublicTypesOfFile(file, text));

    [Fact]
    public void Uncancellable_OfABadInterface_NamesItsMethods()
    {
        string name = typeof(IForgetful).FullName!;
        Assert.Equal(
            [
                $"{name}.NoneAsync takes no CancellationToken as its last parameter.",
                $"{name}.FirstAsync takes no CancellationToken as its last parameter.",
                $"{name}.OptionalAsync gives its CancellationToken a default: plug-in interfaces require it.",
            ],
            TypeRules.Uncancellable([typeof(IForgetful)], new HashSet<string>()));
        Assert.Equal(2, TypeRules.Uncancellable([typeof(IForgetful)], new HashSet<string> { nameof(IForgetful) }).Count());
    }

    [Fact]
    public void Trespasses_OfABadArea_AreNamedOnce()
    {
        const string Ns = "Varai.Architecture.Tests.Offenders";
        var rules = new AreaRules(Ns, registration: "Registration");
        Assert.Equal(
            [
                $"{Ns}.Beta.Trespasser (Beta) uses {Ns}.Alpha.Insider, which is internal to Alpha.",
                $"{Ns}.Beta.Trespasser (Beta) uses System.Int32 {Ns}.Alpha.Outsider::get_Closed(), which is internal to Alpha.",
            ],
            Trespasses(rules, typeof(TypeTests).Assembly.Location));
    }

    private static List<string> Trespasses(AreaRules rules, string assembly)
    {
        using var resolver = new Mono.Cecil.DefaultAssemblyResolver();
        resolver.AddSearchDirectory(Path.GetDirectoryName(assembly));
        using var module = Mono.Cecil.ModuleDefinition.ReadModule(assembly, new Mono.Cecil.ReaderParameters { AssemblyResolver = resolver });
        return [.. rules.Trespasses(module)];
    }
}
