namespace Varai.Configuration;

/// <summary>What an import or export did, or would do.</summary>
/// <param name="Environments">The environments it was about.</param>
/// <param name="Documents">The documents that changed on the side they went to, such as <c>production.json</c>; what had the same
/// bytes is not among them.</param>
public sealed record EnvironmentTransferResult(IReadOnlyList<string> Environments, IReadOnlyList<string> Documents);
