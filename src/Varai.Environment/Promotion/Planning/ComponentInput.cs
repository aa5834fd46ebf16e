using Varai.Configuration;

namespace Varai.Promotion.Planning;

/// <summary>The three sides of a component.</summary>
internal sealed record ComponentInput(string Name, ConfigurationNode? Basis, ConfigurationNode? Source, ConfigurationNode? Target, string? BaseHash);
