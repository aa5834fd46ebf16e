namespace Varai.Vault.Tests.Server;

/// <summary>A request as it came in.</summary>
internal sealed record ServerRequest(string Method, string Path, string? Token, string? Namespace, bool HasRequestHeader);
