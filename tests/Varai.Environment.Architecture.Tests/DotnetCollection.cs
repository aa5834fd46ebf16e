using Varai.Architecture.Tests.Packaging;

namespace Varai.Architecture.Tests;

/// <summary>Tests that run dotnet on the tree, one after the other: two builds would write the same files.</summary>
[CollectionDefinition(Name)]
public sealed class DotnetCollection : ICollectionFixture<PackedProduct>
{
    public const string Name = "dotnet";
}
